package io.foldserve.fold;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.rule.Lifts;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a whole graph is predicted to take. */
public final class PredictedCost {
    private PredictedCost() {}

    /** The nanoseconds of one run of {@code graph}, operator by operator, at the prices of {@code model}. */
    public static double of(Graph network, CostModel model) {
        Graph graph = evaluated(network);
        ValueShapes shapes = ValueShapes.of(graph);
        ConstantValues constants = ConstantValues.of(graph);
        Lifts lifts = Lifts.of(GraphFacts.of(graph));
        IslandCost costs = new IslandCost(model, shapes.typical());
        return graph.nodes().stream()
                .filter(node -> !constants.computes(node) && !node.is("Identity"))
                .mapToDouble(node ->
                        Operators.isLinear(node) ? costs.term(lifts.term(node), node.output()) : costs.moved(node))
                .sum();
    }

    // What is computed of constants takes no time, and its shape may only be known once it is computed.
    private static Graph evaluated(Graph graph) {
        ConstantValues known = ConstantValues.of(graph);
        Map<String, Tensor> constants = new HashMap<>(graph.constants());
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (known.computes(node)) {
                node.outputs().forEach(output -> constants.put(output, known.evaluate(output)));
            } else {
                nodes.add(node);
            }
        }
        return graph.with(graph.inputs(), graph.outputs(), nodes, constants);
    }
}
