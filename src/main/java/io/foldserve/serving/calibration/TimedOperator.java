package io.foldserve.serving.calibration;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The operators that are timed, each in a chain of equal ones, so that what a run takes besides cancels out. */
enum TimedOperator {
    POINTWISE(64, 28, 1, 1, 8),
    DENSE(64, 28, 3, 1, 2),
    LARGE(64, 28, 5, 1, 1),
    GROUPED(64, 28, 3, 4, 4),
    DEPTHWISE(64, 28, 3, 64, 12),
    PRODUCT(512, 1, 1, 1, 8),
    ADDITION(64, 28, 0, 1, 16),
    LAUNCH(16, 1, 1, 1, 32);

    /** The name of a chain's input. */
    static final String INPUT = "x";

    private final int channels;
    private final int extent;
    private final int kernel;
    private final int groups;
    private final int steps;

    TimedOperator(int channels, int extent, int kernel, int groups, int steps) {
        this.channels = channels;
        this.extent = extent;
        this.kernel = kernel;
        this.groups = groups;
        this.steps = steps;
    }

    /** How many operators the longer chain has more than the shorter one, which has one. */
    int steps() {
        return steps;
    }

    /** The multiply-accumulates of one operator. */
    double macs() {
        return (double) weights() * extent * extent;
    }

    /** The bytes that one operator reads and writes. */
    double bytes() {
        double value = (double) channels * extent * extent;
        return Float.BYTES * (this == ADDITION ? 3 * value : 2 * value + weights());
    }

    private int weights() {
        return channels * (channels / groups) * kernel * kernel;
    }

    /** What a chain reads: standard normal values. */
    Tensor input() {
        return NormalTensor.of(shape(), shape().size(), 1);
    }

    private Shape shape() {
        return this == PRODUCT ? Shape.of(1, channels) : Shape.of(1, channels, extent, extent);
    }

    /** A chain of {@code length} operators, each of which keeps the magnitude of its input. */
    Graph chain(int length) {
        GraphBuilder builder = new GraphBuilder("calibration-" + name() + "-" + length);
        String value = builder.input(Value.of(INPUT, DType.FLOAT32, shape()));
        for (int i = 0; i < length; i++) {
            value = step(builder, value, "y" + i);
        }
        builder.output(Value.of(value, DType.FLOAT32, shape()));
        return builder.build();
    }

    private String step(GraphBuilder builder, String value, String name) {
        if (this == ADDITION) {
            return builder.add("Add", name, List.of(value, INPUT));
        }
        int fanIn = channels / groups;
        double gain = 1 / Math.sqrt((double) fanIn * kernel * kernel);
        if (this == PRODUCT) {
            String weight = builder.constant(name + ".weight", weight(Shape.of(channels, channels), gain));
            return builder.add("Gemm", name, List.of(value, weight));
        }
        String weight = builder.constant(name + ".weight", weight(Shape.of(channels, fanIn, kernel, kernel), gain));
        long pad = kernel / 2;
        Map<String, Attribute> attributes = Map.of(
                "kernel_shape", Attribute.ints(List.of(kernel, kernel)),
                "group", Attribute.of(groups),
                "pads", new Attribute.Ints(List.of(pad, pad, pad, pad)));
        return builder.add("Conv", name, List.of(value, weight), attributes);
    }

    private static Tensor weight(Shape shape, double gain) {
        return NormalTensor.of(shape, shape.size(), gain);
    }
}
