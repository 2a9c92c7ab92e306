package io.foldserve.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * FCN (Long et al., "Fully Convolutional Networks for Semantic Segmentation") and DeepLabV3 (Chen et al., "Rethinking
 * Atrous Convolution for Semantic Image Segmentation") on a dilated ResNet, with torchvision's tensor names. The last two
 * stages dilate instead of striding, so features are an eighth of the image; logits are interpolated to its size.
 *
 * <p>The auxiliary head ({@code aux_classifier.*}) only serves training and is dropped. Options: {@code classes} (21),
 * {@code width} (64), to which the heads' channels are proportional.
 *
 * @param backbone the ResNet
 * @param head what turns its features into logits
 */
record DilatedSegmentation(ResNet backbone, Head head) {
    private static final List<Integer> ATROUS_RATES = List.of(12, 24, 36);

    /** What turns features into logits of the same size. */
    @FunctionalInterface
    interface Head {
        /** Adds the head. */
        Activation add(Extent classes, NetworkBuilder net, Activation features);
    }

    /** The networks of this family by name. */
    static Map<String, Family> networks() {
        ResNet resnet50 = new ResNet(ResidualBlock.BOTTLENECK, List.of(3, 4, 6, 3));
        ResNet resnet101 = new ResNet(ResidualBlock.BOTTLENECK, List.of(3, 4, 23, 3));
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("fcn-resnet50", new DilatedSegmentation(resnet50, DilatedSegmentation::fcn)::read);
        networks.put("fcn-resnet101", new DilatedSegmentation(resnet101, DilatedSegmentation::fcn)::read);
        networks.put("deeplabv3-resnet50", new DilatedSegmentation(resnet50, DilatedSegmentation::deepLab)::read);
        networks.put("deeplabv3-resnet101", new DilatedSegmentation(resnet101, DilatedSegmentation::deepLab)::read);
        return networks;
    }

    private Network read(Options options) {
        Extent classes = options.extent("classes", 21);
        Extent width = options.extent("width", 64);
        return (net, image) -> {
            net.drop("aux_classifier", "the auxiliary head only serves training");
            Activation features =
                    backbone.features("backbone.", width, List.of(1, 2, 1, 1), List.of(1, 1, 2, 4), net, image);
            return net.resampling().interpolate("interpolate", image.size(), head.add(classes, net, features));
        };
    }

    private static Activation fcn(Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / 4;
        Activation x = net.convNormRelu(
                "classifier.0", "classifier.1", Convolution.of(channels, 3).padding(1), features);
        return net.convolution("classifier.4", Convolution.of(classes, 1).biased(), x);
    }

    private static Activation deepLab(Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / 8;
        Activation x = pyramid("classifier.0.", channels, net, features);
        Activation y = net.convNormRelu(
                "classifier.1", "classifier.2", Convolution.of(channels, 3).padding(1), x);
        return net.convolution("classifier.4", Convolution.of(classes, 1).biased(), y);
    }

    /** Atrous spatial pyramid pooling: 1×1, three dilated 3×3 and the image's average, side by side, then 1×1. */
    private static Activation pyramid(String path, int channels, NetworkBuilder net, Activation x) {
        List<Activation> parts = new ArrayList<>();
        Convolution pointwise = Convolution.of(channels, 1);
        parts.add(net.convNormRelu(path + "convs.0.0", path + "convs.0.1", pointwise, x));
        for (int i = 0; i < ATROUS_RATES.size(); i++) {
            int rate = ATROUS_RATES.get(i);
            String branch = path + "convs." + (i + 1);
            Convolution atrous = Convolution.of(channels, 3).padding(rate).dilation(rate);
            parts.add(net.convNormRelu(branch + ".0", branch + ".1", atrous, x));
        }
        String pooling = path + "convs.4";
        Activation average = net.globalAveragePool(pooling + ".0", x);
        Activation mean = net.convNormRelu(pooling + ".1", pooling + ".2", pointwise, average);
        parts.add(net.resampling().interpolate(pooling + "/interpolate", x.size(), mean));
        return net.convNormRelu(
                path + "project.0", path + "project.1", pointwise, net.concatenate(path + "concat", parts));
    }
}
