package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.ChannelScale;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import java.util.List;

/**
 * GluonCV's version of MobileNet v3: its tensor names ({@code features.3.conv1.conv}, {@code output.0}), batch norms
 * with MXNet's epsilon (1e-5), channels rounded up to multiples of 8, a classifier of 1×1 convolutions, and 1280
 * features before it in both sizes. A block expands unless its output has as many channels as its middle, and the
 * shortcut of the first block takes the image's features to have 16 channels whatever the multiplier.
 *
 * @param blocks the rows of the paper's table
 * @param scale the multiplier
 */
record GluonMobileNetV3(List<MobileNetV3.Block> blocks, ChannelScale scale) {
    private static final int STEM = 16;
    private static final int HIDDEN = 1280;
    private static final int LAYERS_BEFORE_BLOCKS = 3;

    /** The network up to its logits. */
    Activation build(Extent classes, NetworkBuilder net, Activation image) {
        DeclaredConvolution first =
                DeclaredConvolution.of(scale.divisibleUp(STEM), 3).stride(2).padding(1);
        Activation x = net.hardSwish("features.2", convNorm("features.0", "features.1", first, net, image));
        int declaredInputs = STEM;
        int position = LAYERS_BEFORE_BLOCKS;
        for (MobileNetV3.Block block : blocks) {
            x = block("features." + position++, block, declaredInputs, net, x);
            declaredInputs = x.channels().value();
        }
        int expanded = scale.divisibleUp(blocks.get(blocks.size() - 1).expanded());
        String last = "features." + position;
        x = convNorm(last, "features." + (position + 1), DeclaredConvolution.of(expanded, 1), net, x);
        x = net.globalAveragePool("avgpool", net.hardSwish("features." + (position + 2), x));
        x = net.convolution("features." + (position + 4), DeclaredConvolution.of(HIDDEN, 1), x);
        x = net.hardSwish("features." + (position + 5), x);
        return net.flatten(
                "flatten",
                net.convolution("output.0", DeclaredConvolution.of(classes, 1).biased(), x));
    }

    private Activation block(
            String path, MobileNetV3.Block block, int declaredInputs, NetworkBuilder net, Activation x) {
        int expanded = scale.divisibleUp(block.expanded());
        int out = scale.divisibleUp(block.out());
        Activation y = x;
        if (expanded != out) {
            y = unit(path + ".expand", DeclaredConvolution.of(expanded, 1), block.swish(), net, y);
        }
        DeclaredConvolution depthwise = DeclaredConvolution.of(expanded, block.kernel())
                .stride(block.stride())
                .padding(block.kernel() / 2)
                .groups(expanded);
        y = unit(path + ".conv1", depthwise, block.swish(), net, y);
        y = block.gated() ? gate(path + ".se", net, y) : y;
        y = convNorm(path + ".conv2.conv", path + ".conv2.bn", DeclaredConvolution.of(out, 1), net, y);
        return block.stride() == 1 && declaredInputs == out ? net.add(path + "/add", y, x) : y;
    }

    private static Activation gate(String path, NetworkBuilder net, Activation x) {
        int quarter = x.channels().value() / 4;
        DeclaredConvolution squeeze =
                DeclaredConvolution.of(ChannelScale.nextDivisible(quarter), 1).biased();
        Activation pooled = net.globalAveragePool(path + ".pool", x);
        Activation hidden = net.relu(net.convolution(path + ".conv1", squeeze, pooled));
        DeclaredConvolution excite = DeclaredConvolution.of(x.channels(), 1).biased();
        return net.multiply(
                path + "/scaled",
                x,
                net.hardSigmoid(path + "/scale", net.convolution(path + ".conv2", excite, hidden)));
    }

    private static Activation unit(
            String path, DeclaredConvolution convolution, boolean swish, NetworkBuilder net, Activation x) {
        Activation y = convNorm(path + ".conv", path + ".bn", convolution, net, x);
        return swish ? net.hardSwish(path + ".act", y) : net.relu(path + ".act", y);
    }

    private static Activation convNorm(
            String convolution, String norm, DeclaredConvolution shape, NetworkBuilder net, Activation x) {
        return net.batchNorm(norm, net.convolution(convolution, shape, x));
    }
}
