package io.foldserve.fold;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.RuleStatistics;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.write.IslandNames;
import io.foldserve.graph.Graph;
import java.util.List;

/**
 * A folded network, the account of its folding, and what was known and decided on the way, so that the audit measures
 * that and decides nothing anew. Immutable.
 *
 * @param graph the folded network in float32
 * @param report what was folded and what was declined; without measured errors until {@link FoldAudit} has filled them
 * @param training the facts of the training form in its normal form, without what does nothing at inference
 * @param plan which islands were chosen
 * @param names what the islands are called in the graph
 */
public record Folded(Graph graph, FoldReport report, GraphFacts training, IslandPlan plan, List<IslandNames> names) {
    /** Copies the list. */
    public Folded {
        names = List.copyOf(names);
    }

    /** {@code other} in place of the graph. */
    public Folded with(Graph other) {
        return new Folded(other, report, training, plan, names);
    }

    /** {@code other} in place of the report. */
    public Folded with(FoldReport other) {
        return new Folded(graph, other, training, plan, names);
    }

    /**
     * What the search for the cheapest forms did with each rule, and how long that took; nothing if there was no
     * search.
     */
    public List<RuleStatistics> statistics() {
        return plan.statistics();
    }
}
