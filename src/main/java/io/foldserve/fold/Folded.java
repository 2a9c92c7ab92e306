package io.foldserve.fold;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.RuleStatistics;
import io.foldserve.graph.Graph;
import java.util.List;

/**
 * A folded network and the account of its folding.
 *
 * @param graph the folded network in float32
 * @param report what was folded and what was declined; without measured errors until {@link FoldAudit} has filled them
 * @param decisions what was decided, for the audit
 */
public record Folded(Graph graph, FoldReport report, FoldDecisions decisions) {
    /** {@code other} in place of the graph. */
    public Folded with(Graph other) {
        return new Folded(other, report, decisions);
    }

    /** {@code other} in place of the report. */
    public Folded with(FoldReport other) {
        return new Folded(graph, other, decisions);
    }

    /**
     * What the search for the cheapest forms did with each rule, and how long that took; nothing if there was no
     * search.
     */
    public List<RuleStatistics> statistics() {
        return decisions.islands().statistics();
    }
}
