package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.BorderPadding;
import io.foldserve.architecture.declare.ChannelScale;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.List;
import java.util.Map;

/**
 * MobileNet v2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2), with torchvision's
 * tensor names, or those of Gluon's model zoo ({@code features.3.out.0}, {@code output.0}) if the checkpoint has them:
 * there every block expands, also where t = 1, and channels are rounded down. With the names of keras.applications
 * ({@code block_1_expand}) it pads as TensorFlow does.
 *
 * <p>Options: {@code classes} (1000), {@code multiplier} (1).
 */
public final class MobileNetV2 {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final Keys KEYS = Keys.of(CLASSES, NetworkKeys.MULTIPLIER);

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
    public static Map<String, Family> networks() {
        return Map.of("mobilenet-v2", new Family(KEYS, MobileNetV2::read));
    }

    private static Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        ChannelScale scale = ChannelScale.read(section);
        return (net, image) -> {
            if (net.holdsLayer("expanded_conv_depthwise")) {
                return keras(classes, scale, net, image);
            }
            return net.holdsLayer("output.0")
                    ? gluon(classes, scale, net, image)
                    : torchvision(classes, scale, net, image);
        };
    }

    private static Activation torchvision(Extent classes, ChannelScale scale, NetworkBuilder net, Activation image) {
        Activation x = convNormRelu6("features.0.", 0, stem(scale.divisible(32)), net, image);
        int position = 1;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.repeats(); i++) {
                String path = "features." + position++ + ".conv.";
                List<String> layers = stage.expansion() == 1
                        ? List.of("", path + "0.", path)
                        : List.of(path + "0.", path + "1.", path);
                int last = stage.expansion() == 1 ? 1 : 2;
                x = block(layers, List.of(0, 0, last), stage, scale.divisible(stage.channels()), i == 0, net, x);
            }
        }
        x = convNormRelu6("features." + position + ".", 0, DeclaredConvolution.of(last(scale), 1), net, x);
        return net.linear("classifier.1", classes, true, net.flatten("flatten", net.globalAveragePool("avgpool", x)));
    }

    private static Activation gluon(Extent classes, ChannelScale scale, NetworkBuilder net, Activation image) {
        Activation x = convNormRelu6("features.", 0, stem(scale.truncated(32)), net, image);
        int position = 3;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.repeats(); i++) {
                String path = "features." + position++ + ".out.";
                int out = scale.truncated(stage.channels());
                x = block(List.of(path, path, path), List.of(0, 3, 6), stage, out, i == 0, net, x);
            }
        }
        int last = Math.max(1280, scale.truncated(1280));
        x = convNormRelu6("features.", position, DeclaredConvolution.of(last, 1), net, x);
        Activation logits =
                net.convolution("output.0", DeclaredConvolution.of(classes, 1), net.globalAveragePool("avgpool", x));
        return net.flatten("flatten", logits);
    }

    private static Activation keras(Extent classes, ChannelScale scale, NetworkBuilder net, Activation image) {
        DeclaredConvolution first = stem(scale.divisible(32)).padding(BorderPadding.SAME);
        Activation x = kerasLayer("Conv1", "bn_Conv1", first, net, image);
        int number = 0;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.repeats(); i++) {
                String path = number == 0 ? "expanded_conv_" : "block_" + number + "_";
                // Rounded down first, and then to a multiple of 8.
                int out = ChannelScale.nearestDivisible(scale.truncated(stage.channels()));
                x = kerasBlock(path, stage.expansion(), out, i == 0 ? stage.stride() : 1, net, x);
                number++;
            }
        }
        x = kerasLayer("Conv_1", "Conv_1_bn", DeclaredConvolution.of(last(scale), 1), net, x);
        return net.linear("predictions", classes, true, net.flatten("flatten", net.globalAveragePool("avgpool", x)));
    }

    private static Activation kerasBlock(
            String path, int expansion, int out, int stride, NetworkBuilder net, Activation x) {
        int in = x.channels().value();
        int hidden = in * expansion;
        Activation y = expansion == 1
                ? x
                : kerasLayer(path + "expand", path + "expand_BN", DeclaredConvolution.of(hidden, 1), net, x);
        DeclaredConvolution depthwise = DeclaredConvolution.of(hidden, 3)
                .stride(stride)
                .padding(BorderPadding.SAME)
                .groups(hidden);
        y = kerasLayer(path + "depthwise", path + "depthwise_BN", depthwise, net, y);
        y = net.batchNorm(path + "project_BN", net.convolution(path + "project", DeclaredConvolution.of(out, 1), y));
        return stride == 1 && in == out ? net.add(path + "add", y, x) : y;
    }

    private static Activation kerasLayer(
            String path, String norm, DeclaredConvolution convolution, NetworkBuilder net, Activation x) {
        return net.relu6(path + "/relu6", net.batchNorm(norm, net.convolution(path, convolution, x)));
    }

    private static DeclaredConvolution stem(int out) {
        return DeclaredConvolution.of(out, 3).stride(2).padding(1);
    }

    private static int last(ChannelScale scale) {
        return ChannelScale.nearestDivisible(1280 * Math.max(1, scale.multiplier()));
    }

    /**
     * Adds an inverted residual.
     *
     * @param paths where the expansion, the depthwise convolution and the projection are; no expansion if empty
     * @param layers their numbers there; each is followed by its batch norm
     */
    private static Activation block(
            List<String> paths,
            List<Integer> layers,
            Stage stage,
            int out,
            boolean first,
            NetworkBuilder net,
            Activation x) {
        int in = x.channels().value();
        int hidden = in * stage.expansion();
        int stride = first ? stage.stride() : 1;
        Activation y = x;
        if (!paths.get(0).isEmpty()) {
            y = convNormRelu6(paths.get(0), layers.get(0), DeclaredConvolution.of(hidden, 1), net, y);
        }
        DeclaredConvolution depthwise =
                DeclaredConvolution.of(hidden, 3).stride(stride).padding(1).groups(hidden);
        y = convNormRelu6(paths.get(1), layers.get(1), depthwise, net, y);
        y = convNorm(paths.get(2), layers.get(2), DeclaredConvolution.of(out, 1), net, y);
        return stride == 1 && in == out ? net.add(paths.get(2) + "add", y, x) : y;
    }

    private static Activation convNormRelu6(
            String path, int layer, DeclaredConvolution convolution, NetworkBuilder net, Activation x) {
        return net.relu6(path + (layer + 2), convNorm(path, layer, convolution, net, x));
    }

    private static Activation convNorm(
            String path, int layer, DeclaredConvolution convolution, NetworkBuilder net, Activation x) {
        return net.batchNorm(path + (layer + 1), net.convolution(path + layer, convolution, x));
    }
}
