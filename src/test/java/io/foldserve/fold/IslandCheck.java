package io.foldserve.fold;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Compares a training form with its islands folded in float64, border and interior apart. For one input and output. */
final class IslandCheck {
    /** The largest deviations at border and interior positions, relative to Σ|K||x| + |b| of the folded form. */
    record Deviations(double border, double interior) {
        double largest() {
            return Math.max(border, interior);
        }

        Deviations max(Deviations other) {
            return new Deviations(Math.max(border, other.border), Math.max(interior, other.interior));
        }
    }

    private final Graph training;
    private final IslandPlan plan;
    private final Graph exact;

    IslandCheck(Graph training) {
        this.training = training;
        this.plan = IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC);
        this.exact = IslandGraph.of(GraphFacts.of(training), plan.islands(), IslandNumbers.EXACT)
                .graph();
    }

    Graph training() {
        return training;
    }

    IslandPlan plan() {
        return plan;
    }

    /** The graph with its islands folded, in float64. */
    Graph exact() {
        return exact;
    }

    /** Against the training form. */
    Deviations deviations(Tensor input) {
        return between(exact, input, run(training, input));
    }

    /** Against {@code expected}. */
    Deviations against(double[] expected, Tensor input) {
        return between(exact, input, List.of(expected));
    }

    /** What {@code graph} makes of {@code input}, against {@code expected} for each of its outputs. */
    static Deviations between(Graph graph, Tensor input, List<double[]> expected) {
        List<double[]> found = run(graph, input);
        List<double[]> magnitudes = magnitudes(graph, input);
        List<double[]> counts = run(map(graph, value -> 1), map(input, value -> 1));
        Deviations worst = new Deviations(0, 0);
        for (int i = 0; i < expected.size(); i++) {
            worst = worst.max(deviations(expected.get(i), found.get(i), magnitudes.get(i), counts.get(i)));
        }
        return worst;
    }

    /** What {@code graph} makes of the magnitudes of {@code input} and of its constants, for each output. */
    static List<double[]> magnitudes(Graph graph, Tensor input) {
        return run(map(graph, Math::abs), map(input, Math::abs));
    }

    private static Deviations deviations(double[] expected, double[] found, double[] magnitude, double[] counts) {
        double inside = Arrays.stream(counts).max().orElseThrow();
        double border = 0;
        double interior = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - found[i]);
            double relative = difference == 0 ? 0 : difference / magnitude[i];
            relative = Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
            if (counts[i] < inside) {
                border = Math.max(border, relative);
            } else {
                interior = Math.max(interior, relative);
            }
        }
        return new Deviations(border, interior);
    }

    private static List<double[]> run(Graph graph, Tensor input) {
        return Evaluator.evaluate(graph, Map.of(graph.inputs().get(0).name(), input)).values().stream()
                .map(Tensor::toDoubles)
                .toList();
    }

    private static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        return Tensor.ofDoubles(
                tensor.shape(), Arrays.stream(tensor.toDoubles()).map(function).toArray());
    }

    private static Graph map(Graph graph, DoubleUnaryOperator function) {
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.replaceAll((name, tensor) -> mapped(graph, name, tensor, function));
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), constants);
    }

    // A batch norm that stays is as large as its parts: its variance is no summand. A Resize's scales are none either.
    private static Tensor mapped(Graph graph, String name, Tensor tensor, DoubleUnaryOperator function) {
        boolean variance = graph.nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .map(Node::inputs)
                .anyMatch(inputs -> inputs.indexOf(name) == 4);
        boolean scales = graph.nodes().stream()
                .anyMatch(node -> node.is("Resize") && node.inputs().contains(name));
        if (!tensor.dtype().isFloating() || variance || scales) {
            return tensor;
        }
        boolean mean = graph.nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .map(Node::inputs)
                .anyMatch(inputs -> inputs.indexOf(name) == 3);
        return mean ? map(tensor, value -> -Math.abs(value)) : map(tensor, function);
    }
}
