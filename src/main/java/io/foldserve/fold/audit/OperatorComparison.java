package io.foldserve.fold.audit;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Sets a linear operator that the fold leaves in its place, with other numbers, beside itself and what it took in.
 * Belongs to one measurement.
 */
final class OperatorComparison {
    private final Graph training;
    private final ConstantValues constants;
    private final KeptOperator operator;
    private final List<Node> after;
    private final Graph folded;
    private final KernelLayout layout;
    private final List<Integer> kernel;
    private final OperatorGeometry geometry;
    private final SampledOperator sample;
    private final Shape input;
    private final Optional<FeatureComposition> composition;

    /**
     * @param facts of the training form
     * @param folded what it became
     * @param island of {@code operator} and what that took in
     * @param outputs the output channels to compare
     */
    OperatorComparison(GraphFacts facts, Graph folded, Island island, KeptOperator operator, int[] outputs) {
        this.training = facts.graph();
        this.constants = facts.constants();
        this.operator = operator;
        this.after = island.nodes().subList(1, island.nodes().size());
        this.folded = folded;
        this.layout = operator.layout();
        this.kernel = operator.kernelShape()
                .extents()
                .subList(2, operator.kernelShape().rank());
        this.geometry = new OperatorGeometry(
                operator.node(),
                kernel,
                facts.shapes().find(operator.node().inputs().get(0)));
        this.sample = new SampledOperator(layout, operator.kernelShape(), outputs);
        this.input = geometry.input(sample.inputs());
        this.composition = FeatureComposition.of(training, operator.node(), layout);
    }

    /**
     * The comparison on probes of {@code random}.
     *
     * @param written the operator in the folded graph
     */
    Comparison of(Node written, RandomGenerator random) {
        double[] normal = new double[input.size()];
        Arrays.setAll(normal, i -> random.nextGaussian());
        return new Comparison(
                Map.of(MeasuredGraph.INPUT, Tensor.ofDoubles(input, normal)),
                trained(),
                exact(written),
                stored(written),
                geometry.border(),
                operator.type(),
                sample.outputs().size(),
                cancellation());
    }

    private double cancellation() {
        return sample.outputs().stream()
                .mapToDouble(
                        o -> composition.map(found -> found.cancellation(o)).orElse(1.0))
                .reduce(1, Math::max);
    }

    private Graph trained() {
        MeasuredGraph graph = new MeasuredGraph();
        Node node = operator.node();
        Optional<String> bias = node.input(2).map(value -> graph.constant(sample.perOutput(values(value))));
        String value = composition
                .map(found -> found.write(sample, kernel, attributes(node), bias, graph))
                .orElseGet(() -> operator(
                        node, layout.rows(constants.evaluate(node.inputs().get(1))), bias, graph));
        for (Node next : after) {
            value = after(next, value, graph);
        }
        return graph.of(training.opset(), input);
    }

    // What was taken in, a batch norm or a constant that is added, per channel.
    private String after(Node node, String value, MeasuredGraph graph) {
        List<String> inputs = new ArrayList<>(List.of(value));
        node.inputs().stream()
                .filter(constants::contains)
                .forEach(read -> inputs.add(graph.constant(sample.perOutput(values(read)))));
        return graph.add(node.op(), inputs, node.attributes());
    }

    private double[] values(String constant) {
        return constants.evaluate(constant).toDoubles();
    }

    private Graph exact(Node written) {
        Weights weights = operator.weights().get();
        Map<Integer, Row> rows = new HashMap<>();
        sample.outputs().forEach(o -> rows.put(o, weights.row(o)));
        double[] bias = new double[layout.outputs()];
        rows.forEach((o, row) -> bias[o] = row.bias());
        return written(written, o -> row(rows, o), bias);
    }

    private static double[] row(Map<Integer, Row> rows, int o) {
        return Optional.ofNullable(rows.get(o)).orElseThrow().kernel();
    }

    private Graph stored(Node written) {
        double[] bias =
                written.input(2).map(value -> held(value).toDoubles()).orElseGet(() -> new double[layout.outputs()]);
        return written(written, layout.rows(held(written.inputs().get(1))), bias);
    }

    private Tensor held(String constant) {
        return folded.constant(constant).orElseThrow();
    }

    private Graph written(Node node, IntFunction<double[]> rows, double[] bias) {
        MeasuredGraph graph = new MeasuredGraph();
        Optional<String> sampled = node.input(2).map(named -> graph.constant(sample.perOutput(bias)));
        operator(node, rows, sampled, graph);
        return graph.of(folded.opset(), input);
    }

    private String operator(Node node, IntFunction<double[]> rows, Optional<String> bias, MeasuredGraph graph) {
        List<String> inputs = new ArrayList<>(List.of(MeasuredGraph.INPUT, graph.constant(sample.kernel(rows))));
        bias.ifPresent(inputs::add);
        return graph.add(node.op(), inputs, attributes(node));
    }

    private Map<String, Attribute> attributes(Node node) {
        Map<String, Attribute> attributes =
                new HashMap<>(OperatorGeometry.undilated(node).attributes());
        if (node.is("Conv") || node.is("ConvTranspose")) {
            attributes.put("group", Attribute.of(sample.groups()));
        }
        return attributes;
    }
}
