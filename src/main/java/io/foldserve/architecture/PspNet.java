package io.foldserve.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PSPNet (Zhao et al., "Pyramid Scene Parsing Network", figure 3) on a dilated ResNet with three 3×3 convolutions in place
 * of the first 7×7, with the tensor names of its authors' PyTorch version ({@code layer0}, {@code ppm}, {@code cls}). All
 * interpolations keep the corners; the last goes to the image's size.
 *
 * <p>The auxiliary head ({@code aux.*}) only serves training and is dropped. Options: {@code classes} (21), {@code width}
 * (64), to which the head's channels are proportional.
 */
final class PspNet {
    private static final List<Integer> BINS = List.of(1, 2, 3, 6);

    private PspNet() {}

    /** The networks of this family by name. */
    static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("pspnet-resnet50", options -> read(ResNet.BLOCKS.getOrDefault(50, List.of()), options));
        networks.put("pspnet-resnet101", options -> read(ResNet.BLOCKS.getOrDefault(101, List.of()), options));
        return networks;
    }

    private static Network read(List<Integer> blocks, Options options) {
        Extent classes = options.extent("classes", 21);
        Extent width = options.extent("width", 64);
        return (net, image) -> {
            net.drop("aux", "the auxiliary head only serves training");
            Activation x = stem(width, net, image);
            List<Integer> strides = List.of(1, 2, 1, 1);
            List<Integer> dilations = List.of(1, 1, 2, 4);
            for (int stage = 0; stage < 4; stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = ResidualBlock.BOTTLENECK.add(
                            ResNetNames.TORCHVISION,
                            ResNetNames.TORCHVISION.block(stage, i),
                            width.value() << stage,
                            i == 0 ? strides.get(stage) : 1,
                            dilations.get(stage),
                            net,
                            x);
                }
            }
            return net.resampling().interpolateAligned("interpolate", image.size(), head(classes, net, x));
        };
    }

    private static Activation stem(Extent width, NetworkBuilder net, Activation image) {
        Convolution first = Convolution.of(width, 3).stride(2).padding(1);
        Activation x = net.convNormRelu("layer0.0", "layer0.1", first, image);
        x = net.convNormRelu("layer0.3", "layer0.4", Convolution.of(width, 3).padding(1), x);
        x = net.convNormRelu(
                "layer0.6", "layer0.7", Convolution.of(2 * width.value(), 3).padding(1), x);
        return net.maxPool("layer0.9", Pooling.of(3, 2, 1), x);
    }

    private static Activation head(Extent classes, NetworkBuilder net, Activation features) {
        int channels = features.channels().value() / BINS.size();
        List<Activation> parts = new ArrayList<>(List.of(features));
        for (int i = 0; i < BINS.size(); i++) {
            String path = "ppm.features." + i;
            Activation pooled = net.adaptiveAveragePool(path + ".0", Pair.of(BINS.get(i)), features);
            Activation x = net.convNormRelu(path + ".1", path + ".2", Convolution.of(channels, 1), pooled);
            parts.add(net.resampling().interpolateAligned(path + "/interpolate", features.size(), x));
        }
        Convolution merge = Convolution.of(channels, 3).padding(1);
        Activation x = net.convNormRelu("cls.0", "cls.1", merge, net.concatenate("ppm/concat", parts));
        return net.convolution("cls.4", Convolution.of(classes, 1).biased(), x);
    }
}
