package io.foldserve.fold.facts;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The values of a graph that depend on its constants only: stored tensors, and what <i>weight programs</i> (subgraphs
 * of constants) compute from them. Immutable and thread-safe.
 */
public final class ConstantValues {
    private final Graph graph;
    private final Set<String> values;

    /** Where in the execution order the nodes that compute constant values stand, by their names. */
    private final Map<String, Integer> places;

    private ConstantValues(Graph graph, Set<String> values, Map<String, Integer> places) {
        this.graph = graph;
        this.values = values;
        this.places = places;
    }

    /** Finds the constant values of {@code graph}. */
    public static ConstantValues of(Graph graph) {
        Set<String> values = new HashSet<>(graph.constants().keySet());
        Map<String, Integer> places = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (isConstant(graph, node, values)) {
                node.outputs().stream().filter(output -> !output.isEmpty()).forEach(values::add);
                places.put(node.name(), places.size());
            }
        }
        return new ConstantValues(graph, values, places);
    }

    // A node without inputs may be a random generator, so only Constant is trusted.
    private static boolean isConstant(Graph graph, Node node, Set<String> values) {
        if (!graph.understands(node) || !Evaluator.knows(node)) {
            return false;
        }
        if (node.is("ConstantOfShape") && ConstantNode.element(node).isEmpty()) {
            return false;
        }
        return node.is("Constant")
                ? ConstantNode.tensor(node).isPresent()
                : !node.reads().isEmpty() && values.containsAll(node.reads());
    }

    /** The element type of the constant {@code value}, as its program makes it. */
    public DType type(String value) {
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
            case "ConstantOfShape" -> ConstantNode.element(node).orElseThrow().dtype();
            case "Equal" -> DType.BOOL;
            case "Shape", "ArgMax" -> DType.INT64;
            case "Where" -> find(node.inputs().get(1), types);
            case "Cast" -> node.elementType("to").orElse(DType.FLOAT64);
            default -> find(node.inputs().get(0), types);
        };
    }

    private DType find(String value, Map<String, DType> types) {
        return graph.constant(value).map(Tensor::dtype).orElseGet(() -> Optional.ofNullable(types.get(value))
                .orElseThrow());
    }

    /** The type in which what is folded into an operator of the constant {@code value} is written, if anything is. */
    public Optional<DType> foldedType(String value) {
        return FoldedTypes.of(graph, () -> Optional.of(type(value)));
    }

    /** True when {@code value} is stored or computed from stored tensors only. */
    public boolean contains(String value) {
        return values.contains(value);
    }

    /** True when {@code node} computes constant values. */
    public boolean computes(Node node) {
        return node.outputs().stream().anyMatch(values::contains);
    }

    /** True when {@code value} is constant and not stored but computed. */
    public boolean isComputed(String value) {
        return values.contains(value) && graph.constant(value).isEmpty();
    }

    /** True when {@code value} is a kernel that DO-Conv composes, see {@link DoConvProgram}. */
    public boolean isDoConv(String value) {
        return DoConvProgram.find(graph, value).isPresent();
    }

    /** The nodes that compute the constant {@code value}, in execution order; none for a stored one. */
    public List<Node> program(String value) {
        SortedMap<Integer, Node> found = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(values.contains(value) ? List.of(value) : List.of());
        while (!open.isEmpty()) {
            graph.producer(open.pop())
                    .filter(node -> found.put(place(node), node) == null)
                    .ifPresent(node -> node.inputs().stream()
                            .filter(input -> !input.isEmpty())
                            .forEach(open::push));
        }
        return List.copyOf(found.values());
    }

    private int place(Node node) {
        return Optional.ofNullable(places.get(node.name())).orElseThrow();
    }

    /** The stored real tensors that the constant {@code value} is made of, in the order they are read. */
    public List<String> keys(String value) {
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
    public Tensor evaluate(String value) {
        return graph.constant(value).orElseGet(() -> run(value));
    }

    /**
     * Reads the row {@code [I/g, taps]} of each output channel of the kernel {@code value} in float64. The kernel of a
     * DO-Conv is composed row by row, which takes a fraction of the memory of running its program.
     */
    public IntFunction<double[]> rows(String value, KernelLayout layout) {
        return DoConvProgram.find(graph, value)
                .filter(program -> !layout.inputMajor() && program.outputs(graph) == layout.outputs())
                .map(program -> program.rows(graph))
                .orElseGet(() -> layout.rows(evaluate(value)));
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
