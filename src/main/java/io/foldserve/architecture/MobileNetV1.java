package io.foldserve.architecture;

import java.util.List;
import java.util.Map;

/**
 * MobileNet (Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", table
 * 1), with the tensor names of the widely used PyTorch port ({@code model.1.0}, {@code fc}), or those of Gluon's model zoo
 * ({@code features.3}, {@code output}) if the checkpoint has them.
 *
 * <p>Options: {@code classes} (1000), {@code multiplier} (1).
 */
final class MobileNetV1 {
    private static final List<Integer> CHANNELS =
            List.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);
    private static final List<Integer> STRIDES = List.of(1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1);

    private MobileNetV1() {}

    /** The network of this family by name. */
    static Map<String, Family> networks() {
        return Map.of("mobilenet-v1", MobileNetV1::read);
    }

    private static Network read(Options options) {
        Extent classes = options.extent("classes", 1000);
        ChannelScale scale = ChannelScale.read(options);
        return (net, image) -> {
            boolean gluon = net.holdsLayer("features.0");
            Convolution first = Convolution.of(scale.truncated(32), 3).stride(2).padding(1);
            Activation x = net.convNormRelu(name(gluon, 0, 0), name(gluon, 0, 1), first, image);
            for (int i = 0; i < CHANNELS.size(); i++) {
                x = separable(gluon, i + 1, scale.truncated(CHANNELS.get(i)), STRIDES.get(i), net, x);
            }
            Activation pooled = net.flatten("flatten", net.globalAveragePool("avgpool", x));
            return net.linear(gluon ? "output" : "fc", classes, true, pooled);
        };
    }

    private static Activation separable(
            boolean gluon, int block, int out, int stride, NetworkBuilder net, Activation x) {
        int in = x.channels().value();
        Convolution depthwise = Convolution.of(in, 3).stride(stride).padding(1).groups(in);
        Activation y = net.convNormRelu(name(gluon, block, 0), name(gluon, block, 1), depthwise, x);
        return net.convNormRelu(name(gluon, block, 3), name(gluon, block, 4), Convolution.of(out, 1), y);
    }

    // Gluon numbers all layers in one sequence; the first block has three of them, the others six.
    private static String name(boolean gluon, int block, int layer) {
        return gluon
                ? "features." + (block == 0 ? layer : 6 * block - 3 + layer)
                : "model.%d.%d".formatted(block, layer);
    }
}
