package io.foldserve.fold.audit;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Where the windows of a region reach over the edge of its input. Immutable; belongs to one measurement. */
final class WindowBorder {
    private final List<AxisTaps> window;
    private final List<Integer> output;
    private final List<Integer> input;

    /**
     * @param window the taps along each axis of the value, none if its windows do not tell
     * @param output the spatial extents of the value
     * @param input those of what it reads, spread apart if a transposed convolution reads it
     */
    WindowBorder(List<AxisTaps> window, List<Integer> output, List<Integer> input) {
        this.window = List.copyOf(window);
        this.output = List.copyOf(output);
        this.input = List.copyOf(input);
    }

    /**
     * The border of an island.
     *
     * @param output the spatial extents of the island's value
     * @param input those of what it reads
     */
    static WindowBorder of(Island island, List<Integer> output, List<Integer> input) {
        List<Integer> upsampling = island.form().terms().get(0).source().upsampling();
        return new WindowBorder(window(island), output, upsampling.isEmpty() ? input : spread(input, upsampling));
    }

    /** {@code extents} of positions that are {@code strides} apart. */
    static List<Integer> spread(List<Integer> extents, List<Integer> strides) {
        return IntStream.range(0, extents.size())
                .mapToObj(axis -> strides.get(axis) * (extents.get(axis) - 1) + 1)
                .toList();
    }

    // Terms behind averages and views read vectors, or positions of their own.
    private static List<AxisTaps> window(Island island) {
        List<Term> terms = island.form().terms();
        if (terms.stream()
                .anyMatch(term ->
                        !term.source().commuted().isEmpty() || term.source().last())) {
            return List.of();
        }
        List<AxisTaps> window = new ArrayList<>(terms.get(0).axes());
        for (Term term : terms) {
            for (int axis = 0; axis < window.size(); axis++) {
                window.set(axis, window.get(axis).union(term.axes().get(axis)));
            }
        }
        return window;
    }

    /** For each position of one output channel, row-major, whether its window reaches over the edge. */
    List<Boolean> positions() {
        boolean tells = window.size() == output.size() && window.size() == input.size();
        return IntStream.range(0, output.stream().reduce(1, Math::multiplyExact))
                .mapToObj(position -> tells && reachesOver(position))
                .toList();
    }

    private boolean reachesOver(int position) {
        int rest = position;
        for (int axis = output.size() - 1; axis >= 0; axis--) {
            AxisTaps taps = window.get(axis);
            int start = taps.stride() * (rest % output.get(axis));
            if (start + taps.first() < 0 || start + taps.last() >= input.get(axis)) {
                return true;
            }
            rest /= output.get(axis);
        }
        return false;
    }

    /**
     * For each position of one output channel of {@code graph}, whether it depends on a position that is
     * {@code border}.
     *
     * @param border the positions of a value of {@code shape}
     * @param after the number of nodes at the end of {@code graph} that follow that value, and treat all channels alike
     */
    static List<Boolean> carried(List<Boolean> border, Shape shape, Graph graph, int after) {
        if (after == 0) {
            return border;
        }
        List<Node> nodes = graph.nodes()
                .subList(graph.nodes().size() - after, graph.nodes().size());
        double[] marks = new double[shape.size()];
        Arrays.setAll(marks, i -> border.get(i % border.size()) ? 1 : 0);
        String value = nodes.get(0).inputs().get(0);
        List<Value> input = List.of(Value.of(value, DType.FLOAT64, shape));
        Graph followed = new Graph(graph.name(), graph.opset(), input, graph.outputs(), nodes, graph.constants());
        Tensor result = Evaluator.evaluate(followed, Map.of(value, Tensor.ofDoubles(shape, marks)))
                .values()
                .iterator()
                .next();
        int plane = result.shape().size()
                / (result.shape().extent(0) * result.shape().extent(1));
        return Arrays.stream(result.toDoubles(0, plane))
                .mapToObj(reached -> reached != 0)
                .toList();
    }

    /** A shape like {@code real}, as small as the window and two strides allow, and equal to it modulo the stride. */
    static Shape smallest(Island island, Shape real) {
        List<AxisTaps> window = window(island);
        int[] extents = real.toArray();
        // Averages and views may have constants that know the real extents, and maps of biases do.
        boolean sized = island.terms().stream()
                .anyMatch(term -> term.source().isConstant() || term.source().isUpsampled());
        if (sized || window.size() != extents.length - 2) {
            return real;
        }
        IntStream.range(0, window.size()).forEach(axis -> {
            AxisTaps taps = window.get(axis);
            int needed = taps.last() - taps.first() + 1 + 2 * taps.stride();
            int spare = Math.max(0, extents[axis + 2] - needed) / taps.stride() * taps.stride();
            extents[axis + 2] -= spare;
        });
        return Shape.of(extents);
    }
}
