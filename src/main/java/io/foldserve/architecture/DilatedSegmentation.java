package io.foldserve.architecture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * FCN (Long et al., "Fully Convolutional Networks for Semantic Segmentation") and DeepLabV3 (Chen et al., "Rethinking
 * Atrous Convolution for Semantic Image Segmentation") on a dilated ResNet or MobileNet v3, with torchvision's tensor names.
 * The last stages dilate instead of striding, so features are an eighth of the image (a sixteenth for MobileNet); logits are
 * interpolated to its size.
 *
 * <p>The auxiliary head ({@code aux_classifier.*}) only serves training and is dropped. Options: {@code classes} (21); of
 * ResNets {@code width} (64), to which the heads' channels are proportional; of MobileNet {@code multiplier} (1).
 */
final class DilatedSegmentation {
    private static final int DEEP_LAB_CHANNELS = 256;

    private DilatedSegmentation() {}

    /** What turns features into logits of the same size. */
    @FunctionalInterface
    private interface Head {
        /** Adds the head. */
        Activation add(Extent classes, NetworkBuilder net, Activation features);
    }

    /** The networks of this family by name. */
    static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        for (int depth : List.of(50, 101)) {
            ResNet backbone = ResNet.of(depth, ResidualBlock.BOTTLENECK);
            networks.put("fcn-resnet" + depth, options -> residual(backbone, DilatedSegmentation::fcn, options));
            networks.put(
                    "deeplabv3-resnet" + depth, options -> residual(backbone, DilatedSegmentation::deepLab, options));
        }
        networks.put("deeplabv3-mobilenet-v3-large", DilatedSegmentation::mobile);
        return networks;
    }

    private static Network residual(ResNet backbone, Head head, Options options) {
        Extent classes = options.extent("classes", 21);
        Extent width = options.extent("width", 64);
        return (net, image) -> {
            Activation features =
                    backbone.features("backbone.", width, List.of(1, 2, 1, 1), List.of(1, 1, 2, 4), net, image);
            return upsampled(head.add(classes, net, features), net, image);
        };
    }

    private static Network mobile(Options options) {
        Extent classes = options.extent("classes", 21);
        ChannelScale scale = ChannelScale.read(options);
        return (net, image) -> {
            List<Activation> features = MobileNetV3.LARGE.features("backbone.", scale, true, net, image);
            Activation last = features.get(features.size() - 1);
            return upsampled(deepLab(DEEP_LAB_CHANNELS, classes, net, last), net, image);
        };
    }

    private static Activation upsampled(Activation logits, NetworkBuilder net, Activation image) {
        net.drop("aux_classifier", "the auxiliary head only serves training");
        return net.resampling().interpolate("interpolate", image.size(), logits);
    }

    private static Activation fcn(Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / 4;
        Activation x = net.convNormRelu(
                "classifier.0", "classifier.1", Convolution.of(channels, 3).padding(1), features);
        return net.convolution("classifier.4", Convolution.of(classes, 1).biased(), x);
    }

    private static Activation deepLab(Extent classes, NetworkBuilder net, Activation features) {
        return deepLab(features.channels().value() / 8, classes, net, features);
    }

    private static Activation deepLab(int channels, Extent classes, NetworkBuilder net, Activation features) {
        Activation x = AtrousPyramid.EIGHTH.add("classifier.0.", channels, net, features);
        Activation y = net.convNormRelu(
                "classifier.1", "classifier.2", Convolution.of(channels, 3).padding(1), x);
        return net.convolution("classifier.4", Convolution.of(classes, 1).biased(), y);
    }
}
