package io.foldserve.serving.load;

import io.foldserve.fold.Folded;
import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.Size;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.problem.InvalidInputException;
import java.util.List;
import java.util.Map;

/** A network that is served as it is, in the terms of one that was folded. */
final class UnfoldedNetwork {
    private UnfoldedNetwork() {}

    /** {@code graph} for its own folded form; no layer was folded. */
    static Folded of(Graph graph) {
        Graph nothing = graph.with(graph.inputs(), graph.inputs(), List.of(), Map.of());
        Size size = size(graph);
        return GraphFolder.fold(nothing).with(graph).with(new FoldReport(List.of(), List.of(), List.of(), size, size));
    }

    private static Size size(Graph graph) {
        try {
            GraphCost cost = GraphCost.of(graph);
            return new Size(cost.parameters(), cost.macs());
        } catch (InvalidInputException contradiction) {
            GraphCost cost = GraphCost.of(graph, Map.of());
            return new Size(cost.parameters(), cost.macs());
        }
    }
}
