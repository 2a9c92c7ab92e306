package io.foldserve.fold;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Operand;
import io.foldserve.graph.ShapeException;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.SliceRange;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The values of a graph that depend on its constants only: stored tensors, and what <i>weight programs</i> (subgraphs of
 * constants) compute from them. Immutable and thread-safe.
 */
final class ConstantValues {
    private static final long ONNX_FLOAT = 1;
    private static final int SMALL = 64;

    private final Graph graph;
    private final Set<String> values;

    private ConstantValues(Graph graph, Set<String> values) {
        this.graph = graph;
        this.values = values;
    }

    /** Finds the constant values of {@code graph}. */
    static ConstantValues of(Graph graph) {
        Set<String> values = new HashSet<>(graph.constants().keySet());
        for (Node node : graph.nodes()) {
            if (isConstant(graph, node, values)) {
                node.outputs().stream().filter(output -> !output.isEmpty()).forEach(values::add);
            }
        }
        return new ConstantValues(graph, values);
    }

    // A node without inputs may be a random generator, so only Constant is trusted.
    private static boolean isConstant(Graph graph, Node node, Set<String> values) {
        if (!graph.understands(node) || !Evaluator.knows(node)) {
            return false;
        }
        return node.is("Constant")
                ? ConstantNode.tensor(node).isPresent()
                : !node.reads().isEmpty() && values.containsAll(node.reads());
    }

    /** The computed constants of a few elements, which are shapes and axes for the most part. */
    private Map<String, Tensor> small() {
        Map<String, Operand> known = new HashMap<>();
        Map<String, Tensor> small = new HashMap<>();
        graph.constants().forEach((name, tensor) -> known.put(name, Operand.of(tensor)));
        for (Node node : graph.nodes()) {
            if (computes(node) && node.outputs().size() == 1 && known.keySet().containsAll(node.inputs())) {
                List<Operand> operands = node.inputs().stream()
                        .flatMap(input -> find(known, input).stream())
                        .toList();
                operand(node, operands).ifPresent(result -> {
                    known.put(node.output(), result);
                    result.value().ifPresent(value -> small.put(node.output(), value));
                });
            }
        }
        return small;
    }

    private static Optional<Operand> find(Map<String, Operand> known, String value) {
        return Optional.ofNullable(known.get(value));
    }

    /** The shape of every value of the graph that can be known, see {@link Shapes#known(Graph, Map)}. */
    Map<String, Shape> shapes() {
        return Shapes.known(graph, small());
    }

    // A contradiction is reported by whoever asks for the shapes.
    private static Optional<Operand> operand(Node node, List<Operand> operands) {
        try {
            Shape shape = Shapes.infer(node, operands.stream().map(Optional::of).toList())
                    .get(0);
            boolean small = shape.size() <= SMALL
                    && operands.stream()
                            .allMatch(operand -> operand.value().isPresent()
                                    && operand.shape().size() <= SMALL);
            if (node.is("Shape")) {
                return Optional.of(Operand.of(extents(node, operands.get(0).shape())));
            }
            return Optional.of(
                    small
                            ? Operand.of(Evaluator.evaluate(
                                            node,
                                            operands.stream()
                                                    .flatMap(operand -> operand.value().stream())
                                                    .toList())
                                    .get(0))
                            : Operand.of(shape));
        } catch (ShapeException unknown) {
            return Optional.empty();
        }
    }

    private static Tensor extents(Node node, Shape shape) {
        SliceRange range = SliceRange.of(node.integer("start", 0), node.integer("end", shape.rank()), 1, shape.rank());
        long[] extents = IntStream.range(range.start(), range.start() + range.count())
                .mapToLong(shape::extent)
                .toArray();
        return Tensor.ofLongs(Shape.of(extents.length), extents);
    }

    /** The element type of the constant {@code value}, as its program makes it. */
    DType type(String value) {
        Map<String, DType> types = new HashMap<>();
        for (Node node : program(value)) {
            DType type = typeOf(node, types);
            node.outputs().forEach(output -> types.put(output, type));
        }
        return find(value, types);
    }

    private DType typeOf(Node node, Map<String, DType> types) {
        return switch (node.op()) {
            case "Constant" -> ConstantNode.tensor(node).orElseThrow().dtype();
            case "Shape", "ArgMax" -> DType.INT64;
            case "Cast" -> node.integer("to", 0) == ONNX_FLOAT ? DType.FLOAT32 : DType.FLOAT64;
            default -> find(node.inputs().get(0), types);
        };
    }

    private DType find(String value, Map<String, DType> types) {
        return graph.constant(value).map(Tensor::dtype).orElseGet(() -> Optional.ofNullable(types.get(value))
                .orElseThrow());
    }

    /** True when {@code value} is stored or computed from stored tensors only. */
    boolean contains(String value) {
        return values.contains(value);
    }

    /** True when {@code node} computes constant values. */
    boolean computes(Node node) {
        return node.outputs().stream().anyMatch(values::contains);
    }

    /** True when {@code value} is constant and not stored but computed. */
    boolean isComputed(String value) {
        return values.contains(value) && graph.constant(value).isEmpty();
    }

    /** The nodes that compute the constant {@code value}, in execution order; none for a stored one. */
    List<Node> program(String value) {
        Set<Node> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            graph.producer(open.pop()).filter(found::add).ifPresent(node -> node.inputs().stream()
                    .filter(input -> !input.isEmpty())
                    .forEach(open::push));
        }
        if (found.isEmpty()) {
            return List.of();
        }
        return graph.nodes().stream().filter(found::contains).toList();
    }

    /** The stored real tensors that the constant {@code value} is made of, in the order they are read. */
    List<String> keys(String value) {
        return stored(value).stream()
                .filter(name -> graph.constant(name)
                        .filter(tensor -> tensor.dtype().isFloating())
                        .isPresent())
                .toList();
    }

    private List<String> stored(String value) {
        if (graph.constant(value).isPresent()) {
            return List.of(value);
        }
        return program(value).stream()
                .flatMap(node -> node.inputs().stream())
                .filter(input -> graph.constant(input).isPresent())
                .distinct()
                .toList();
    }

    /** The constant {@code value}: as stored, or computed by its program in float64. */
    Tensor evaluate(String value) {
        return graph.constant(value).orElseGet(() -> run(value));
    }

    /**
     * The elements of the constant {@code value} in float64, row-major. The kernel of a DO-Conv is composed directly, which
     * takes a fraction of the memory of running its program.
     */
    double[] elements(String value) {
        Optional<DoConvProgram> program = DoConvProgram.find(graph, value);
        return program.map(found -> found.compose(graph))
                .orElseGet(() -> evaluate(value).toDoubles());
    }

    private Tensor run(String value) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (String key : stored(value)) {
            graph.constant(key).ifPresent(tensor -> constants.put(key, tensor));
        }
        List<Value> outputs = List.of(new Value(value, DType.FLOAT64, List.of()));
        Graph program = new Graph(value, graph.opset(), List.of(), outputs, program(value), constants);
        Tensor result = Evaluator.evaluate(program, Map.of()).get(value);
        if (result == null) {
            throw new IllegalStateException("the evaluator returned no " + value);
        }
        return result;
    }
}
