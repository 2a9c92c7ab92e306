package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a graph costs: its parameters, and the multiply-accumulates (MACs) of one run.
 *
 * <p>Parameters are the elements of all floating-point constants that a node reads, each constant once, however often it is
 * read. A batch norm so counts its four tensors (4C: scale, shift, and the running mean and variance, which a plain count of
 * trainable parameters leaves out), and a DO-Conv its W, D and d_diag.
 *
 * <p>MACs are counted for Conv ({@code N·H_out·W_out·O·(I/g)·kh·kw}), ConvTranspose ({@code N·H_in·W_in·I·(O/g)·kh·kw}),
 * Gemm, MatMul and Einsum (one for each combination of indexes); all other operators count none. A node that reads nothing
 * but constants, directly or through other such nodes, is a weight program: a session computes it once, at load, so it
 * counts none either.
 *
 * @param parameters the number of parameters
 * @param macs the sum over all nodes
 * @param nodeMacs the MACs of every node that has any, by node name in execution order
 * @param uncounted the nodes that may well cost MACs but are not counted, in execution order: operators that are not known,
 *     and products of values whose shapes are not known
 */
public record GraphCost(long parameters, long macs, Map<String, Long> nodeMacs, List<String> uncounted) {
    private static final Set<String> PRODUCTS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum");

    /** Copies the collections and keeps their order. */
    public GraphCost {
        nodeMacs = Collections.unmodifiableMap(new LinkedHashMap<>(nodeMacs));
        uncounted = List.copyOf(uncounted);
    }

    /**
     * The cost of {@code graph}, as far as its shapes are known.
     *
     * @throws ShapeException if a node's inputs contradict its operator
     */
    public static GraphCost of(Graph graph) {
        return of(graph, ShapeTrace.of(graph).orThrow().shapes());
    }

    /** The cost of {@code graph} as far as {@code shapes} of its values go. */
    public static GraphCost of(Graph graph, Map<String, Shape> shapes) {
        List<String> uncounted = new ArrayList<>();
        Set<String> fixed = new HashSet<>(graph.constants().keySet());
        Map<String, Long> nodeMacs = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (fixed.containsAll(node.reads())) {
                fixed.addAll(node.outputs());
                continue;
            }
            if (!graph.understands(node) || !Shapes.knows(node) || !isCountable(node, shapes)) {
                uncounted.add(node.name());
                continue;
            }
            long macs = macs(node, shapes);
            if (macs > 0) {
                nodeMacs.put(node.name(), macs);
            }
        }
        long total = nodeMacs.values().stream().mapToLong(Long::longValue).sum();
        return new GraphCost(parameters(graph), total, nodeMacs, uncounted);
    }

    private static boolean isCountable(Node node, Map<String, Shape> shapes) {
        return !PRODUCTS.contains(node.op())
                || (shapes.keySet().containsAll(node.reads()) && shapes.containsKey(node.output()));
    }

    private static long parameters(Graph graph) {
        Set<String> read =
                graph.nodes().stream().flatMap(node -> node.reads().stream()).collect(Collectors.toSet());
        return graph.constants().entrySet().stream()
                .filter(constant -> read.contains(constant.getKey()))
                .map(Map.Entry::getValue)
                .filter(tensor -> tensor.dtype().isFloating())
                .map(Tensor::shape)
                .mapToLong(Shape::size)
                .sum();
    }

    private static long macs(Node node, Map<String, Shape> shapes) {
        if (!node.domain().isEmpty()) {
            return 0;
        }
        return switch (node.op()) {
            case "Conv" -> (long) shape(node.output(), shapes).size() * taps(input(node, 1, shapes));
            case "ConvTranspose" -> (long) input(node, 0, shapes).size() * taps(input(node, 1, shapes));
            case "Gemm" ->
                (long) shape(node.output(), shapes).size()
                        * input(node, 0, shapes).extent(node.integer("transA", 0) != 0 ? 0 : 1);
            case "MatMul" ->
                (long) shape(node.output(), shapes).size()
                        * input(node, 0, shapes).extent(-1);
            case "Einsum" -> einsum(node, shapes);
            default -> 0;
        };
    }

    /** What one element of the other operand meets: all of the kernel but its first axis. */
    private static int taps(Shape kernel) {
        return kernel.extent(0) == 0 ? 0 : kernel.size() / kernel.extent(0);
    }

    private static long einsum(Node node, Map<String, Shape> shapes) {
        List<Shape> operands =
                node.inputs().stream().map(input -> shape(input, shapes)).toList();
        if (operands.size() < 2) {
            return 0;
        }
        return EinsumEquation.of(node.text("equation", ""), operands).extents().values().stream()
                .mapToLong(Integer::longValue)
                .reduce(1, Math::multiplyExact);
    }

    private static Shape input(Node node, int index, Map<String, Shape> shapes) {
        return shape(node.inputs().get(index), shapes);
    }

    private static Shape shape(String value, Map<String, Shape> shapes) {
        return Optional.ofNullable(shapes.get(value))
                .orElseThrow(() -> new IllegalArgumentException("value " + value + " has no shape"));
    }
}
