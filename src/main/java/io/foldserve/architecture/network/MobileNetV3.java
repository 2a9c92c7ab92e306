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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MobileNet v3 (Howard et al., "Searching for MobileNetV3", tables 1 and 2), with torchvision's tensor names and its
 * epsilon of batch norms, 1e-3; or GluonCV's, see {@link GluonMobileNetV3}.
 *
 * <p>Options: {@code classes} (1000), {@code multiplier} (1).
 *
 * @param blocks the rows of the paper's table
 * @param hidden the features of the hidden linear layer
 */
public record MobileNetV3(List<Block> blocks, int hidden) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final Keys KEYS = Keys.of(CLASSES, NetworkKeys.MULTIPLIER);
    private static final double EPSILON = 1e-3;

    /** Table 1. */
    static final MobileNetV3 LARGE = new MobileNetV3(
            List.of(
                    new Block(3, 16, 16, false, false, 1),
                    new Block(3, 64, 24, false, false, 2),
                    new Block(3, 72, 24, false, false, 1),
                    new Block(5, 72, 40, true, false, 2),
                    new Block(5, 120, 40, true, false, 1),
                    new Block(5, 120, 40, true, false, 1),
                    new Block(3, 240, 80, false, true, 2),
                    new Block(3, 200, 80, false, true, 1),
                    new Block(3, 184, 80, false, true, 1),
                    new Block(3, 184, 80, false, true, 1),
                    new Block(3, 480, 112, true, true, 1),
                    new Block(3, 672, 112, true, true, 1),
                    new Block(5, 672, 160, true, true, 2),
                    new Block(5, 960, 160, true, true, 1),
                    new Block(5, 960, 160, true, true, 1)),
            1280);

    /** Table 2. */
    private static final MobileNetV3 SMALL = new MobileNetV3(
            List.of(
                    new Block(3, 16, 16, true, false, 2),
                    new Block(3, 72, 24, false, false, 2),
                    new Block(3, 88, 24, false, false, 1),
                    new Block(5, 96, 40, true, true, 2),
                    new Block(5, 240, 40, true, true, 1),
                    new Block(5, 240, 40, true, true, 1),
                    new Block(5, 120, 48, true, true, 1),
                    new Block(5, 144, 48, true, true, 1),
                    new Block(5, 288, 96, true, true, 2),
                    new Block(5, 576, 96, true, true, 1),
                    new Block(5, 576, 96, true, true, 1)),
            1024);

    /**
     * A row of the paper's table.
     *
     * @param kernel k of the depthwise convolution
     * @param expanded exp size
     * @param out #out
     * @param gated SE
     * @param swish NL is h-swish, not ReLU
     * @param stride s
     */
    public record Block(int kernel, int expanded, int out, boolean gated, boolean swish, int stride) {}

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("mobilenet-v3-large", new Family(KEYS, LARGE::classifier));
        networks.put("mobilenet-v3-small", new Family(KEYS, SMALL::classifier));
        return networks;
    }

    private Network classifier(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        ChannelScale scale = ChannelScale.read(section);
        return (net, image) -> {
            if (net.holdsLayer("output.0")) {
                return new GluonMobileNetV3(blocks, scale).build(classes, net, image);
            }
            List<Activation> features = features("features.", scale, false, net, image);
            Activation pooled = net.globalAveragePool("avgpool", features.get(features.size() - 1));
            Activation x = net.linear(
                    "classifier.0", Extent.of(scale.divisible(hidden)), true, net.flatten("flatten", pooled));
            return net.linear("classifier.3", classes, true, net.hardSwish("classifier.1", x));
        };
    }

    /**
     * What each layer in front of the pooling makes, for a backbone of a segmentation network too.
     *
     * @param dilated whether the last stage dilates by 2 instead of striding
     */
    List<Activation> features(
            String prefix, ChannelScale scale, boolean dilated, NetworkBuilder net, Activation image) {
        DeclaredConvolution first =
                DeclaredConvolution.of(scale.divisible(16), 3).stride(2).padding(1);
        List<Activation> features = new ArrayList<>();
        features.add(convNormActivation(prefix + "0", first, true, net, image));
        int lastStage = lastStride();
        for (int i = 0; i < blocks.size(); i++) {
            int dilation = dilated && i >= lastStage ? 2 : 1;
            String path = prefix + (i + 1);
            features.add(block(path, blocks.get(i), scale, dilation, net, features.get(i)));
        }
        Activation x = features.get(blocks.size());
        DeclaredConvolution last = DeclaredConvolution.of(6 * x.channels().value(), 1);
        features.add(convNormActivation(prefix + (blocks.size() + 1), last, true, net, x));
        return features;
    }

    private int lastStride() {
        int last = 0;
        for (int i = 0; i < blocks.size(); i++) {
            last = blocks.get(i).stride() == 2 ? i : last;
        }
        return last;
    }

    private static Activation block(
            String path, Block block, ChannelScale scale, int dilation, NetworkBuilder net, Activation x) {
        int in = x.channels().value();
        int expanded = scale.divisible(block.expanded());
        int out = scale.divisible(block.out());
        int layer = 0;
        Activation y = x;
        if (expanded != in) {
            y = convNormActivation(
                    path + ".block." + layer++, DeclaredConvolution.of(expanded, 1), block.swish(), net, y);
        }
        DeclaredConvolution depthwise = DeclaredConvolution.of(expanded, block.kernel())
                .stride(dilation > 1 ? 1 : block.stride())
                .padding((block.kernel() - 1) / 2 * dilation)
                .dilation(dilation)
                .groups(expanded);
        y = convNormActivation(path + ".block." + layer++, depthwise, block.swish(), net, y);
        if (block.gated()) {
            y = gate(path + ".block." + layer++, net, y);
        }
        y = convNorm(path + ".block." + layer, DeclaredConvolution.of(out, 1), net, y);
        return block.stride() == 1 && in == out ? net.add(path + "/add", y, x) : y;
    }

    /**
     * Squeeze and excitation (Hu et al., "Squeeze-and-Excitation Networks"), a quarter as wide, with a hard sigmoid.
     */
    private static Activation gate(String path, NetworkBuilder net, Activation x) {
        int quarter = x.channels().value() / 4;
        DeclaredConvolution squeeze = DeclaredConvolution.of(ChannelScale.nearestDivisible(quarter), 1)
                .biased();
        DeclaredConvolution excite = DeclaredConvolution.of(x.channels(), 1).biased();
        Activation pooled = net.globalAveragePool(path + ".avgpool", x);
        Activation hidden = net.relu(net.convolution(path + ".fc1", squeeze, pooled));
        Activation scale = net.hardSigmoid(path + "/scale", net.convolution(path + ".fc2", excite, hidden));
        return net.multiply(path + "/scaled", x, scale);
    }

    private static Activation convNormActivation(
            String path, DeclaredConvolution convolution, boolean swish, NetworkBuilder net, Activation x) {
        Activation y = convNorm(path, convolution, net, x);
        return swish ? net.hardSwish(path + ".2", y) : net.relu(path + ".2", y);
    }

    private static Activation convNorm(String path, DeclaredConvolution convolution, NetworkBuilder net, Activation x) {
        return net.batchNorm(path + ".1", net.epsilon(EPSILON), net.convolution(path + ".0", convolution, x));
    }
}
