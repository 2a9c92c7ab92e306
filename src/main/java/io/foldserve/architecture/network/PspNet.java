package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PSPNet (Zhao et al., "Pyramid Scene Parsing Network", figure 3) on a dilated ResNet with three 3×3 convolutions in
 * place of the first 7×7, with the tensor names of its authors' PyTorch version ({@code layer0}, {@code ppm}, {@code
 * cls}), or those of GluonCV's ({@code conv1.0}, {@code head.psp}, {@code head.block}), which pools to 4×4 instead of
 * 6×6 and lets the first block of the last stages dilate like the stage before. All interpolations keep the corners;
 * the last goes to the image's size.
 *
 * <p>The auxiliary head ({@code aux.*}, {@code auxlayer.*}) only serves training and is dropped. Options: {@code
 * classes} (21), {@code width} (64), to which the head's channels are proportional.
 */
public final class PspNet {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(21);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH);
    private static final List<Integer> BINS = List.of(1, 2, 3, 6);
    private static final List<Integer> GLUON_BINS = List.of(1, 2, 3, 4);
    private static final List<Integer> STRIDES = List.of(1, 2, 1, 1);
    private static final List<Integer> DILATIONS = List.of(1, 1, 2, 4);

    private PspNet() {}

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        for (int depth : List.of(50, 101)) {
            ResNet backbone = ResNet.of(depth, ResidualBlock.BOTTLENECK);
            networks.put("pspnet-resnet" + depth, new Family(KEYS, section -> read(backbone, section)));
        }
        return networks;
    }

    private static Network read(ResNet backbone, Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        return (net, image) -> {
            SegmentationNames names = SegmentationNames.of(net);
            if (names == SegmentationNames.GLUON_CV) {
                Activation features = backbone.features(names.backbone(), width, STRIDES, DILATIONS, net, image);
                return names.toImage(net, gluonHead(classes, net, features), image);
            }
            net.drop("aux", "the auxiliary head only serves training");
            Activation features = stages(backbone.blocks(), width, net, stem(width, net, image));
            return net.resampling().interpolateAligned("interpolate", image.size(), head(classes, net, features));
        };
    }

    private static Activation stages(List<Integer> blocks, Extent width, NetworkBuilder net, Activation stem) {
        Activation x = stem;
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < blocks.get(stage); i++) {
                x = ResidualBlock.BOTTLENECK.add(
                        ResNetNames.TORCHVISION,
                        ResNetNames.TORCHVISION.block(stage, i),
                        width.value() << stage,
                        i == 0 ? STRIDES.get(stage) : 1,
                        DILATIONS.get(stage),
                        net,
                        x);
            }
        }
        return x;
    }

    private static Activation stem(Extent width, NetworkBuilder net, Activation image) {
        DeclaredConvolution first = DeclaredConvolution.of(width, 3).stride(2).padding(1);
        Activation x = net.convNormRelu("layer0.0", "layer0.1", first, image);
        x = net.convNormRelu(
                "layer0.3", "layer0.4", DeclaredConvolution.of(width, 3).padding(1), x);
        x = net.convNormRelu(
                "layer0.6",
                "layer0.7",
                DeclaredConvolution.of(2 * width.value(), 3).padding(1),
                x);
        return net.maxPool("layer0.9", PoolingWindow.of(3, 2, 1), x);
    }

    private static Activation head(Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / BINS.size();
        List<Activation> parts = new ArrayList<>(List.of(features));
        for (int i = 0; i < BINS.size(); i++) {
            String path = "ppm.features." + i;
            parts.add(part(path, path + ".1", path + ".2", BINS.get(i), net, features));
        }
        DeclaredConvolution merge = DeclaredConvolution.of(channels, 3).padding(1);
        Activation x = net.convNormRelu("cls.0", "cls.1", merge, net.concatenate("ppm/concat", parts));
        return net.convolution("cls.4", DeclaredConvolution.of(classes, 1).biased(), x);
    }

    private static Activation gluonHead(Extent classes, NetworkBuilder net, Activation features) {
        List<Activation> parts = new ArrayList<>(List.of(features));
        for (int i = 0; i < GLUON_BINS.size(); i++) {
            String path = "head.psp.conv" + (i + 1);
            parts.add(part(path, path + ".0", path + ".1", GLUON_BINS.get(i), net, features));
        }
        int channels = features.channels().value() / GLUON_BINS.size();
        return SegmentationNames.gluonHead(channels, classes, net, net.concatenate("head.psp/concat", parts));
    }

    private static Activation part(
            String path, String convolution, String norm, int bins, NetworkBuilder net, Activation features) {
        Activation pooled = net.adaptiveAveragePool(path + "/pool", Pair.of(bins), features);
        DeclaredConvolution narrow = DeclaredConvolution.of(features.channels().value() / BINS.size(), 1);
        Activation x = net.convNormRelu(convolution, norm, narrow, pooled);
        return net.resampling().interpolateAligned(path + "/interpolate", features.size(), x);
    }
}
