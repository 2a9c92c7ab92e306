package io.foldserve.architecture;

import java.util.List;
import java.util.Map;

/**
 * MobileNet v2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2), with torchvision's
 * tensor names.
 *
 * <p>Options: {@code classes} (1000), {@code multiplier} (1).
 */
final class MobileNetV2 {
    /**
     * A row of the paper's table.
     *
     * @param expansion t
     * @param channels c
     * @param repeats n
     * @param stride that of the first of them, s
     */
    private record Stage(int expansion, int channels, int repeats, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private MobileNetV2() {}

    /** The network of this family by name. */
    static Map<String, Family> networks() {
        return Map.of("mobilenet-v2", MobileNetV2::read);
    }

    private static Network read(Options options) {
        Extent classes = options.extent("classes", 1000);
        ChannelScale scale = ChannelScale.read(options);
        return (net, image) -> {
            Convolution first = Convolution.of(scale.divisible(32), 3).stride(2).padding(1);
            Activation x = convNormRelu6("features.0", first, net, image);
            int position = 1;
            for (Stage stage : STAGES) {
                for (int i = 0; i < stage.repeats(); i++) {
                    int out = scale.divisible(stage.channels());
                    x = block("features." + position + ".conv.", stage, out, i == 0 ? stage.stride() : 1, net, x);
                    position++;
                }
            }
            int last = ChannelScale.nearestDivisible(1280 * Math.max(1, scale.multiplier()));
            x = convNormRelu6("features." + position, Convolution.of(last, 1), net, x);
            return net.linear(
                    "classifier.1", classes, true, net.flatten("flatten", net.globalAveragePool("avgpool", x)));
        };
    }

    private static Activation block(String path, Stage stage, int out, int stride, NetworkBuilder net, Activation x) {
        int in = x.channels().value();
        int hidden = in * stage.expansion();
        int layer = 0;
        Activation y = x;
        if (stage.expansion() != 1) {
            y = convNormRelu6(path + layer++, Convolution.of(hidden, 1), net, y);
        }
        Convolution depthwise =
                Convolution.of(hidden, 3).stride(stride).padding(1).groups(hidden);
        y = convNormRelu6(path + layer++, depthwise, net, y);
        y = net.batchNorm(path + (layer + 1), net.convolution(path + layer, Convolution.of(out, 1), y));
        return stride == 1 && in == out ? net.add(path + "add", y, x) : y;
    }

    private static Activation convNormRelu6(String path, Convolution convolution, NetworkBuilder net, Activation x) {
        return net.relu6(path + ".2", net.batchNorm(path + ".1", net.convolution(path + ".0", convolution, x)));
    }
}
