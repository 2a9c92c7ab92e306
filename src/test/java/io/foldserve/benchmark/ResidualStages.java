package io.foldserve.benchmark;

import io.foldserve.graph.Attribute;
import java.util.List;
import java.util.Map;

/**
 * The four stages of a ResNet (He et al., arXiv 1512.03385) whose convolutions are training blocks. Builds one network.
 */
final class ResidualStages {
    private final Sketch net;
    private final TrainingBlock block;
    private final int[] depths;
    private final int expansion;

    /** The stages of a ResNet of 18, 50 or 152 layers. */
    ResidualStages(Sketch net, TrainingBlock block, int depth) {
        this.net = net;
        this.block = block;
        this.depths = switch (depth) {
            case 18 -> new int[] {2, 2, 2, 2};
            case 50 -> new int[] {3, 4, 6, 3};
            case 152 -> new int[] {3, 8, 36, 3};
            default -> throw new IllegalArgumentException("no ResNet has " + depth + " layers");
        };
        this.expansion = depth == 18 ? 1 : 4;
    }

    /** The maximum over 3×3 at stride 2 that comes before the stages. */
    static String pooled(Sketch net, String x) {
        return net.add(
                "MaxPool",
                "maxpool",
                List.of(x),
                Map.of(
                        "kernel_shape", Attribute.ints(3, 3),
                        "strides", Attribute.ints(2, 2),
                        "pads", Attribute.ints(1, 1, 1, 1)));
    }

    /** All stages after {@code x} of 64 channels. */
    String add(String x) {
        String value = x;
        int in = 64;
        for (int stage = 0; stage < depths.length; stage++) {
            int width = 64 << stage;
            for (int i = 0; i < depths[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                value = residual("layer" + (stage + 1) + "." + i, value, in, width, stride);
                in = expansion * width;
            }
        }
        return value;
    }

    private String residual(String name, String x, int in, int width, int stride) {
        int out = expansion * width;
        String shortcut = stride == 1 && in == out
                ? x
                : block.add(net, name + ".shortcut", x, Geometry.dense(in, out, 1, stride));
        String branch = expansion == 1 ? basic(name, x, in, width, stride) : bottleneck(name, x, in, width, stride);
        return net.relu(name + ".relu", net.add("Add", name + ".add", List.of(branch, shortcut)));
    }

    private String basic(String name, String x, int in, int width, int stride) {
        String first = block.add(net, name + ".conv1", x, Geometry.dense(in, width, 3, stride));
        return block.add(
                net, name + ".conv2", net.relu(name + ".conv1.relu", first), Geometry.dense(width, width, 3, 1));
    }

    private String bottleneck(String name, String x, int in, int width, int stride) {
        String first = block.add(net, name + ".conv1", x, Geometry.dense(in, width, 1, 1));
        String second = block.add(
                net, name + ".conv2", net.relu(name + ".conv1.relu", first), Geometry.dense(width, width, 3, stride));
        return block.add(
                net,
                name + ".conv3",
                net.relu(name + ".conv2.relu", second),
                Geometry.dense(width, expansion * width, 1, 1));
    }
}
