package io.foldserve.architecture.build;

import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A graph under construction. At the first problem it stops growing, while shapes are still computed and tensors still
 * asked for, so that one pass over the network finds everything that is wrong. Not thread-safe.
 */
public final class GraphSketch {
    private final String name;
    private final GraphBuilder graph;
    private final StoredWeights weights;
    private final Problems problems;
    private final ImageSize input;
    private boolean tooSmall;

    /** Starts the graph {@code name} for images of size {@code input}; what does not fit goes to {@code problems}. */
    public GraphSketch(String name, ImageSize input, StoredWeights weights, Problems problems) {
        this.name = name;
        this.graph = new GraphBuilder(name);
        this.input = input;
        this.weights = weights;
        this.problems = problems;
    }

    /** Adds the network's input: {@code image}, FLOAT32 [1, channels, height, width]. */
    public Activation image(Extent channels) {
        Shape shape = shape("image", channels.value(), input.height(), input.width());
        graph.input(Value.of("image", DType.FLOAT32, shape));
        return new Activation("image", shape, channels.option());
    }

    /** Adds a problem. */
    public void refuse(String problem) {
        problems.add(problem);
    }

    /** Adds a constant and returns its name. */
    public String constant(String constant, Tensor tensor) {
        return constant(constant, () -> tensor);
    }

    /**
     * Adds a constant and returns its name. It is only made if nothing is wrong so far, so that its size may follow
     * from a tensor that was asked for before.
     */
    public String constant(String constant, Supplier<Tensor> tensor) {
        if (problems.isEmpty()) {
            graph.constant(constant, tensor.get());
        }
        return constant;
    }

    /** Adds the constant vector {@code values} of integers and returns its name. */
    public String constant(String constant, List<Integer> values) {
        long[] longs = values.stream().mapToLong(Integer::longValue).toArray();
        return constant(constant, Tensor.ofLongs(Shape.of(longs.length), longs));
    }

    /** Adds the checkpoint's tensor {@code key} as a constant of that name, which it returns. */
    String parameter(String key, Extent... expected) {
        weights.take(key, List.of(expected)).ifPresent(tensor -> constant(key, tensor));
        return key;
    }

    /** Adds a node whose single output is called like it, and returns that name. */
    public String add(String op, String node, List<String> inputs, Map<String, Attribute> attributes) {
        if (problems.isEmpty()) {
            graph.add(op, node, inputs, attributes);
        }
        return node;
    }

    /** The shape [1, extents…] of the value {@code node}; refuses one beyond 2³¹−1 elements. */
    public Shape shape(String node, int... extents) {
        double elements = Arrays.stream(extents).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (elements > Integer.MAX_VALUE) {
            refuse("%s would have an output of %s, more than 2³¹−1 elements".formatted(node, Arrays.toString(extents)));
        }
        int[] batched = new int[extents.length + 1];
        Arrays.fill(batched, 1);
        if (elements <= Integer.MAX_VALUE) {
            System.arraycopy(extents, 0, batched, 1, extents.length);
        }
        return Shape.of(batched);
    }

    /**
     * The spatial extents of a node's output, which must be positive. Only the first layer that has nothing left is a
     * problem: those after it follow from it.
     */
    public Pair positive(String node, int height, int width) {
        if ((height < 1 || width < 1) && !tooSmall) {
            tooSmall = true;
            refuse("images of %s are too small for this network: the output of %s would be %d×%d"
                    .formatted(input, node, Math.max(0, height), Math.max(0, width)));
        }
        return new Pair(Math.max(1, height), Math.max(1, width));
    }

    /** The finished graph, whose output {@code result} is called {@code logits}. */
    public Graph finish(Activation result) {
        problems.throwIfAny();
        Graph built = graph.build();
        List<Node> nodes = built.nodes().stream()
                .map(node -> new Node(
                        node.name(),
                        node.domain(),
                        node.op(),
                        renamed(node.inputs(), result.value()),
                        renamed(node.outputs(), result.value()),
                        node.attributes()))
                .toList();
        Value logits = Value.of("logits", DType.FLOAT32, result.shape());
        return new Graph(name, built.opset(), built.inputs(), List.of(logits), nodes, built.constants());
    }

    private static List<String> renamed(List<String> values, String result) {
        return values.stream()
                .map(value -> value.equals(result) ? "logits" : value)
                .toList();
    }
}
