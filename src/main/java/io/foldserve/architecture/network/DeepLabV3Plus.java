package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.declaration.ValueTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DeepLabV3+ (Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation", figure
 * 2) on a dilated ResNet, with ordinary convolutions in the head and the tensor names of the widely used PyTorch port
 * ({@code classifier.project}, {@code classifier.aspp}, {@code classifier.classifier}).
 *
 * <p>Options: {@code classes} (21), {@code width} (64), to which the head's channels are proportional, and {@code
 * outputStride} (16, or 8).
 */
public final class DeepLabV3Plus {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(21);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Key<Integer> OUTPUT_STRIDE = Key.of(
            "outputStride",
            ValueTypes.choice(List.of(16, 8), stride -> stride),
            16,
            "Sets how many times smaller than the image the last features are, as the network was trained.",
            "8");
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH, OUTPUT_STRIDE);

    private DeepLabV3Plus() {}

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        for (int depth : List.of(50, 101)) {
            ResNet backbone = ResNet.of(depth, ResidualBlock.BOTTLENECK);
            networks.put("deeplabv3plus-resnet" + depth, new Family(KEYS, section -> read(backbone, section)));
        }
        return networks;
    }

    private static Network read(ResNet backbone, Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        boolean eighth = section.read(OUTPUT_STRIDE) == 8;
        return (net, image) -> {
            List<Integer> strides = List.of(1, 2, eighth ? 1 : 2, 1);
            List<Integer> dilations = List.of(1, 1, eighth ? 2 : 1, eighth ? 4 : 2);
            List<Activation> stages = backbone.stages("backbone.", width, strides, dilations, net, image);
            AtrousPyramid pyramid = eighth ? AtrousPyramid.EIGHTH : AtrousPyramid.SIXTEENTH;
            Activation logits = head(4 * width.value(), pyramid, classes, net, stages);
            return net.resampling().interpolate("interpolate", image.size(), logits);
        };
    }

    // The first stage's features keep the outlines that the pyramid has lost.
    private static Activation head(
            int channels, AtrousPyramid pyramid, Extent classes, NetworkBuilder net, List<Activation> stages) {
        DeclaredConvolution narrow = DeclaredConvolution.of(channels * 3 / 16, 1);
        Activation outlines = net.convNormRelu("classifier.project.0", "classifier.project.1", narrow, stages.get(0));
        Activation context = pyramid.add("classifier.aspp.", channels, net, stages.get(3));
        Activation larger = net.resampling().interpolate("classifier/interpolate", outlines.size(), context);
        Activation both = net.concatenate("classifier/concat", List.of(outlines, larger));
        DeclaredConvolution merge = DeclaredConvolution.of(channels, 3).padding(1);
        Activation x = net.convNormRelu("classifier.classifier.0", "classifier.classifier.1", merge, both);
        return net.convolution(
                "classifier.classifier.3", DeclaredConvolution.of(classes, 1).biased(), x);
    }
}
