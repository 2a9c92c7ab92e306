package io.foldserve.benchmark;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network under construction, as an exporter writes it: one node for each operator, weights of seeded random values
 * whose scale keeps activations near one. Of no accuracy, and of the same cost as a trained one. Not thread-safe.
 */
final class Sketch {
    private static final long SEED = 20061203;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final GraphBuilder builder;

    /** Starts a network for one 224×224 RGB image. */
    Sketch(String name) {
        builder = new GraphBuilder(name);
        builder.input(Value.of(image(), DType.FLOAT32, Shape.of(1, 3, 224, 224)));
    }

    String image() {
        return "image";
    }

    /** A convolution without bias of {@code x} with a kernel of its own. */
    String conv(String name, String x, Geometry geometry) {
        return conv(name, x, kernel(name + ".weight", geometry), geometry);
    }

    /** A convolution without bias of {@code x} with the constant {@code kernel}. */
    String conv(String name, String x, String kernel, Geometry geometry) {
        return builder.add("Conv", name, List.of(x, kernel), attributes(geometry));
    }

    private static Map<String, Attribute> attributes(Geometry geometry) {
        return Map.of(
                "kernel_shape", Attribute.ints(geometry.height(), geometry.width()),
                "strides", Attribute.ints(geometry.stride(), geometry.stride()),
                "pads", Attribute.ints(geometry.padY(), geometry.padX(), geometry.padY(), geometry.padX()),
                "dilations", Attribute.ints(1, 1),
                "group", Attribute.of(geometry.groups()));
    }

    /** A random kernel [O, I/g, kh, kw]. */
    String kernel(String name, Geometry geometry) {
        int fanIn = geometry.in() / geometry.groups() * geometry.height() * geometry.width();
        double bound = Math.sqrt(6.0 / fanIn);
        Shape shape = Shape.of(geometry.out(), geometry.in() / geometry.groups(), geometry.height(), geometry.width());
        return uniform(name, shape, -bound, bound);
    }

    /** A constant of uniform values. */
    String uniform(String name, Shape shape, double low, double high) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return constant(name, Tensor.ofFloats(shape, values));
    }

    String constant(String name, Tensor tensor) {
        return builder.constant(name, tensor);
    }

    /** A batch norm whose scale is about {@code gain}. */
    String norm(String name, String x, int channels, double gain) {
        Shape shape = Shape.of(channels);
        List<String> inputs = List.of(
                x,
                uniform(name + ".weight", shape, 0.8 * gain, 1.2 * gain),
                uniform(name + ".bias", shape, -0.1, 0.1),
                uniform(name + ".running_mean", shape, -0.1, 0.1),
                uniform(name + ".running_var", shape, 0.5, 1.5));
        return builder.add("BatchNormalization", name, inputs, Map.of("epsilon", Attribute.of(1e-5)));
    }

    String add(String op, String name, List<String> inputs) {
        return builder.add(op, name, inputs);
    }

    String add(String op, String name, List<String> inputs, Map<String, Attribute> attributes) {
        return builder.add(op, name, inputs, attributes);
    }

    /** {@code values} added from the first to the last. */
    String sum(String name, List<String> values) {
        String sum = values.get(0);
        for (int i = 1; i < values.size(); i++) {
            sum = builder.add("Add", name + "/add" + i, List.of(sum, values.get(i)));
        }
        return sum;
    }

    String relu(String name, String x) {
        return builder.add("Relu", name, List.of(x));
    }

    /** ReLU6. */
    String relu6(String name, String x) {
        String low = constant(name + ".low", Tensor.ofFloats(Shape.of(), 0));
        String high = constant(name + ".high", Tensor.ofFloats(Shape.of(), 6));
        return builder.add("Clip", name, List.of(x, low, high));
    }

    /** Global average, and a linear layer to 1000 classes; the finished network. */
    Graph classified(String x, int channels) {
        String mean = builder.add("GlobalAveragePool", "gap", List.of(x));
        String flat = builder.add("Flatten", "flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        double bound = Math.sqrt(3.0 / channels);
        String weight = uniform("linear.weight", Shape.of(1000, channels), -bound, bound);
        String bias = uniform("linear.bias", Shape.of(1000), -0.1, 0.1);
        String logits = builder.add("Gemm", "linear", List.of(flat, weight, bias), Map.of("transB", Attribute.of(1)));
        builder.output(Value.of(logits, DType.FLOAT32, Shape.of(1, 1000)));
        return builder.build();
    }
}
