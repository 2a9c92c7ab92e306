package io.foldserve.fold.facts;

import io.foldserve.evaluate.SmallValues;
import io.foldserve.graph.Graph;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The shapes of a graph's values as far as rules need them, also where the graph leaves the extents of its inputs open.
 *
 * <p>An open graph is followed under three assumptions. The first is the typical one: a batch of one, every other
 * open extent {@value #TYPICAL}; it tells ranks and channels, and what a term would cost. The other two differ from it
 * in every open extent, by factors that no stride of a network makes equal again: what holds of a shape under all three
 * does not depend on what is open. What a program computes of extents may, such as what is missing to a multiple of 32.
 * It is followed at two more sizes that no stride divides, one small and one large; a network may refuse them, and then
 * they say nothing. Only such facts may make a rule exact.
 *
 * <p>Immutable and thread-safe.
 */
public final class ValueShapes {
    /**
     * The extent that is assumed of an open one: what most classifiers are trained at, a multiple of all usual strides.
     */
    public static final int TYPICAL = 224;

    // A factor of TYPICAL for each axis but the first, which is the batch itself.
    private static final int[][] FACTORS = {{1, 1, 1, 1, 1}, {3, 13, 9, 5, 7}, {5, 2, 3, 11, 4}};

    // The batch, and the extent of each other axis.
    private static final int[][] ODD = {{2, 227, 61, 67, 71}, {17, 229, 2053, 2063, 73}};

    private static final ShapeTrace.Elements ARITHMETIC = new SmallValues();

    private final List<ShapeTrace> traces;
    private final List<ShapeTrace> odd;
    private final List<Map<String, Shape>> shapes;

    private ValueShapes(List<ShapeTrace> traces, List<ShapeTrace> odd) {
        this.traces = List.copyOf(traces);
        this.odd = List.copyOf(odd);
        this.shapes = traces.stream().map(ShapeTrace::shapes).toList();
    }

    /**
     * Follows {@code graph}.
     *
     * @throws io.foldserve.graph.ShapeException if no input's extents are open and a node's inputs contradict its
     *     operator
     */
    public static ValueShapes of(Graph graph) {
        boolean open = graph.inputs().stream().anyMatch(input -> input.shape().isEmpty());
        if (!open) {
            return new ValueShapes(List.of(ShapeTrace.of(graph, ARITHMETIC).orThrow()), List.of());
        }
        return new ValueShapes(traces(graph, FACTORS, TYPICAL), traces(graph, ODD, 1));
    }

    private static List<ShapeTrace> traces(Graph graph, int[][] assumptions, int unit) {
        return Stream.of(assumptions)
                .map(open -> ShapeTrace.of(graph, assumed(graph, open, unit), ARITHMETIC))
                .toList();
    }

    private static Map<String, Shape> assumed(Graph graph, int[] open, int unit) {
        Map<String, Shape> inputs = new HashMap<>();
        for (Value input : graph.inputs()) {
            input.dimensions()
                    .flatMap(dimensions -> assumed(dimensions, open, unit))
                    .ifPresent(shape -> inputs.put(input.name(), shape));
        }
        return inputs;
    }

    // None of more elements than a tensor has, as of an input whose channels are open too.
    private static Optional<Shape> assumed(List<Value.Dimension> dimensions, int[] open, int unit) {
        List<Integer> extents = new ArrayList<>();
        double elements = 1;
        for (Value.Dimension dimension : dimensions) {
            int axis = extents.size();
            int assumed = axis == 0 ? open[0] : unit * open[Math.min(axis, open.length - 1)];
            extents.add(dimension.isFixed() ? dimension.extent() : assumed);
            elements *= extents.get(axis);
        }
        return elements <= Integer.MAX_VALUE ? Optional.of(new Shape(extents)) : Optional.empty();
    }

    /** The typical shape of every value that has one. */
    public Map<String, Shape> typical() {
        return Collections.unmodifiableMap(shapes.get(0));
    }

    /** The typical shape of {@code value}. */
    public Optional<Shape> find(String value) {
        return Optional.ofNullable(shapes.get(0).get(value));
    }

    /** True when {@code a} and {@code b} have the same shape, whatever is open. */
    public boolean same(String a, String b) {
        return hold(a, b, Shape::equals);
    }

    /** True when the spatial extents of {@code value}, all but its first two, do not depend on what is open. */
    public boolean isFixed(String value) {
        Optional<Shape> typical = find(value).filter(shape -> shape.rank() >= 2);
        return typical.isPresent()
                && hold(
                        value,
                        value,
                        (shape, same) -> shape.rank() == typical.get().rank()
                                && spatial(shape).equals(spatial(typical.get())));
    }

    private static List<Integer> spatial(Shape shape) {
        return shape.extents().subList(2, shape.rank());
    }

    /** True when the shapes of {@code a} and {@code b} are known and satisfy {@code fact}, whatever is open. */
    public boolean hold(String a, String b, BiPredicate<Shape, Shape> fact) {
        return shapes.stream().allMatch(known -> Optional.ofNullable(known.get(a))
                .flatMap(left -> Optional.ofNullable(known.get(b)).map(right -> fact.test(left, right)))
                .orElse(false));
    }

    /** The shape of {@code value} under each assumption; none if it is not known under all. */
    public List<Shape> all(String value) {
        List<Shape> all = shapes.stream()
                .flatMap(known -> Optional.ofNullable(known.get(value)).stream())
                .toList();
        return all.size() == shapes.size() ? all : List.of();
    }

    /**
     * The elements of the integer value {@code value} under each assumption, and then at odd sizes as far as the graph
     * allows them; none if they are not known under all assumptions.
     */
    public List<long[]> integers(String value) {
        List<long[]> all = integers(traces, value);
        if (all.size() < traces.size()) {
            return List.of();
        }
        return Stream.concat(all.stream(), integers(odd, value).stream()).toList();
    }

    private static List<long[]> integers(List<ShapeTrace> traces, String value) {
        return traces.stream().flatMap(trace -> integers(trace, value).stream()).toList();
    }

    private static Optional<long[]> integers(ShapeTrace trace, String value) {
        return trace.elements(value)
                .filter(tensor -> !tensor.dtype().isFloating() && tensor.shape().size() <= SmallValues.SMALL)
                .map(Tensor::toLongs);
    }
}
