package io.foldserve.fold.rule;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.Value.Dimension;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A small graph in the making whose numbers are written out in the test. The first input is {@code x}. */
final class Graphs {
    private final GraphBuilder builder = new GraphBuilder("net");

    private Graphs() {}

    /** A graph of an input {@code x} of these extents. */
    static Graphs of(int... extents) {
        return new Graphs().input("x", extents);
    }

    /** An input of float32. */
    Graphs input(String name, int... extents) {
        builder.input(Value.of(name, DType.FLOAT32, Shape.of(extents)));
        return this;
    }

    /** A graph whose input {@code x} has this many channels, and batch and extents that are open. */
    static Graphs open(int channels) {
        Graphs graphs = new Graphs();
        graphs.builder.input(new Value(
                "x",
                DType.FLOAT32,
                List.of(
                        Dimension.named("batch"),
                        Dimension.fixed(channels),
                        Dimension.named("height"),
                        Dimension.named("width"))));
        return graphs;
    }

    /** A constant of float32. */
    Graphs floats(String name, Shape shape, double... values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        builder.constant(name, Tensor.ofFloats(shape, rounded));
        return this;
    }

    /** A list of whole numbers. */
    Graphs longs(String name, long... values) {
        builder.constant(name, Tensor.ofLongs(Shape.of(values.length), values));
        return this;
    }

    /** A constant of one number without axes. */
    Graphs scalar(String name, long value) {
        builder.constant(name, Tensor.ofLongs(Shape.of(), value));
        return this;
    }

    /** A node with one output of its own name. */
    Graphs node(String op, String name, Map<String, Attribute> attributes, String... inputs) {
        builder.add(op, name, List.of(inputs), attributes);
        return this;
    }

    /** A node without attributes. */
    Graphs node(String op, String name, String... inputs) {
        return node(op, name, Map.of(), inputs);
    }

    /** A node of another domain than ONNX's own. */
    Graphs foreign(String op, String name, String... inputs) {
        builder.add(new Node(name, "com.example", op, List.of(inputs), List.of(name), Map.of()));
        return this;
    }

    /** An If with a subgraph that reads {@code captured} by its name. */
    Graphs capturing(String name, String captured, String choice) {
        Attribute branch = new Attribute.Opaque(ByteBuffer.allocate(0), Set.of(captured), Set.of());
        return node("If", name, Map.of("then_branch", branch), choice);
    }

    /** A node with several outputs. */
    Graphs node(String op, String name, Map<String, Attribute> attributes, List<String> outputs, String... inputs) {
        builder.add(new Node(name, "", op, List.of(inputs), outputs, attributes));
        return this;
    }

    /** A convolution by a 1×1 kernel of ones without a bias, from {@code inputs} to {@code outputs} channels. */
    Graphs point(String name, String value, int inputs, int outputs) {
        double[] ones = new double[inputs * outputs];
        Arrays.fill(ones, 1);
        return floats(name + ".weight", Shape.of(outputs, inputs, 1, 1), ones)
                .node("Conv", name, value, name + ".weight");
    }

    /** The graph with {@code outputs} of float32. */
    Graph outputs(String... outputs) {
        for (String output : outputs) {
            builder.output(new Value(output, DType.FLOAT32, List.of()));
        }
        return builder.build();
    }
}
