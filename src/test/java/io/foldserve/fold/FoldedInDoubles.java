package io.foldserve.fold;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * A folded graph whose layers keep their float64 constants, run by the evaluator beside the training form. For graphs
 * of one linear layer after paddings, so that absolute values of everything give Σ|K||x| + |b|.
 */
final class FoldedInDoubles {
    private final Graph training;
    private final Graph rounded;
    private final Graph exact;

    FoldedInDoubles(Graph training) {
        this.training = training;
        this.rounded = GraphFolder.fold(training).graph();
        this.exact = exact(training);
    }

    /** The largest deviations at border and interior positions, relative to Σ|K||x| + |b|. */
    record Deviations(double border, double interior) {}

    Graph rounded() {
        return rounded;
    }

    /** Folded in float64 against the training form. */
    Deviations composition(Tensor input) {
        return compare(run(training, input), run(exact, input), input);
    }

    /** Rounded to float32 against folded in float64. */
    Deviations rounding(Tensor input) {
        return compare(run(rounded, input), run(exact, input), input);
    }

    /** Folded in float64 against {@code expected}. */
    Deviations against(double[] expected, Tensor input) {
        return compare(expected, run(exact, input), input);
    }

    private Deviations compare(double[] expected, double[] found, Tensor input) {
        double[] magnitude = run(map(exact, Math::abs), map(input, Math::abs));
        boolean[] border = border(input);
        double[] largest = new double[2];
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - found[i]);
            double relative = difference == 0 ? 0 : difference / magnitude[i];
            largest[border[i] ? 0 : 1] = Math.max(largest[border[i] ? 0 : 1], relative);
        }
        return new Deviations(largest[0], largest[1]);
    }

    // A window that lies inside counts all its taps when everything is one.
    private boolean[] border(Tensor input) {
        double[] counts = run(map(exact, value -> 1), map(input, value -> 1));
        double inside = Arrays.stream(counts).max().orElseThrow();
        boolean[] border = new boolean[counts.length];
        for (int i = 0; i < border.length; i++) {
            border[i] = counts[i] < inside;
        }
        return border;
    }

    private static double[] run(Graph graph, Tensor input) {
        String name = graph.inputs().get(0).name();
        return Evaluator.evaluate(graph, Map.of(name, input))
                .values()
                .iterator()
                .next()
                .toDoubles();
    }

    private static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        return Tensor.ofDoubles(
                tensor.shape(), Arrays.stream(tensor.toDoubles()).map(function).toArray());
    }

    private static Graph map(Graph graph, DoubleUnaryOperator function) {
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.replaceAll((name, tensor) -> tensor.dtype().isFloating() ? map(tensor, function) : tensor);
        return with(graph, constants);
    }

    private static Graph exact(Graph training) {
        Folded folded = GraphFolder.fold(training);
        return IslandGraph.of(folded.training(), folded.plan().islands(), IslandNumbers.EXACT)
                .graph();
    }

    private static Graph with(Graph graph, Map<String, Tensor> constants) {
        return new Graph(
                graph.name(), graph.opset(), graph.inputs(), List.copyOf(graph.outputs()), graph.nodes(), constants);
    }
}
