package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.ChannelScale;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * FCN (Long et al., "Fully Convolutional Networks for Semantic Segmentation") and DeepLabV3 (Chen et al., "Rethinking
 * Atrous Convolution for Semantic Image Segmentation") on a dilated ResNet or MobileNet v3, with torchvision's tensor
 * names, or on a ResNet those of GluonCV, whose stem is deep. The last stages dilate instead of striding, so features
 * are an eighth of the image (a sixteenth for MobileNet); logits are interpolated to its size.
 *
 * <p>The auxiliary head ({@code aux_classifier.*}, {@code auxlayer.*}) only serves training and is dropped. Options:
 * {@code classes} (21); of ResNets {@code width} (64), to which the heads' channels are proportional; of MobileNet
 * {@code multiplier} (1).
 */
public final class DilatedSegmentation {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(21);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH);
    private static final Keys MOBILE_KEYS = Keys.of(CLASSES, NetworkKeys.MULTIPLIER);
    private static final int DEEP_LAB_CHANNELS = 256;

    private DilatedSegmentation() {}

    /** What turns features into logits of the same size. */
    @FunctionalInterface
    private interface Head {
        /** Adds the head. */
        Activation add(SegmentationNames names, Extent classes, NetworkBuilder net, Activation features);
    }

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        for (int depth : List.of(50, 101)) {
            ResNet backbone = ResNet.of(depth, ResidualBlock.BOTTLENECK);
            networks.put("fcn-resnet" + depth, family(backbone, DilatedSegmentation::fcn));
            networks.put("deeplabv3-resnet" + depth, family(backbone, DilatedSegmentation::deepLab));
        }
        networks.put("deeplabv3-mobilenet-v3-large", new Family(MOBILE_KEYS, DilatedSegmentation::mobile));
        return networks;
    }

    private static Family family(ResNet backbone, Head head) {
        return new Family(KEYS, section -> residual(backbone, head, section));
    }

    private static Network residual(ResNet backbone, Head head, Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        return (net, image) -> {
            SegmentationNames names = SegmentationNames.of(net);
            Activation features =
                    backbone.features(names.backbone(), width, List.of(1, 2, 1, 1), List.of(1, 1, 2, 4), net, image);
            return names.toImage(net, head.add(names, classes, net, features), image);
        };
    }

    private static Network mobile(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        ChannelScale scale = ChannelScale.read(section);
        return (net, image) -> {
            List<Activation> features = MobileNetV3.LARGE.features("backbone.", scale, true, net, image);
            Activation last = features.get(features.size() - 1);
            return SegmentationNames.TORCHVISION.toImage(net, deepLab(DEEP_LAB_CHANNELS, classes, net, last), image);
        };
    }

    private static Activation fcn(SegmentationNames names, Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / 4;
        if (names == SegmentationNames.GLUON_CV) {
            return SegmentationNames.gluonHead(channels, classes, net, features);
        }
        Activation x = net.convNormRelu(
                "classifier.0",
                "classifier.1",
                DeclaredConvolution.of(channels, 3).padding(1),
                features);
        return net.convolution(
                "classifier.4", DeclaredConvolution.of(classes, 1).biased(), x);
    }

    private static Activation deepLab(
            SegmentationNames names, Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / 8;
        if (names == SegmentationNames.GLUON_CV) {
            Activation context = AtrousPyramid.GLUON_CV.add("head.aspp.", channels, net, features);
            return SegmentationNames.gluonHead(channels, classes, net, context);
        }
        return deepLab(channels, classes, net, features);
    }

    private static Activation deepLab(int channels, Extent classes, NetworkBuilder net, Activation features) {
        Activation x = AtrousPyramid.EIGHTH.add("classifier.0.", channels, net, features);
        Activation y = net.convNormRelu(
                "classifier.1",
                "classifier.2",
                DeclaredConvolution.of(channels, 3).padding(1),
                x);
        return net.convolution(
                "classifier.4", DeclaredConvolution.of(classes, 1).biased(), y);
    }
}
