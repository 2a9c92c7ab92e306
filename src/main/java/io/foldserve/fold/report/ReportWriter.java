package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.search.IslandPlan;

/** Writes the report of a settled plan and of the graph that came of it. Stateless. */
public final class ReportWriter {
    private ReportWriter() {}

    /**
     * The report of a fold, with nothing measured.
     *
     * @param trained the training form in its normal form
     * @param training the same without what does nothing at inference
     * @param plan what was decided for that
     * @param folded what it became
     */
    public static FoldReport of(GraphFacts trained, GraphFacts training, IslandPlan plan, GraphFacts folded) {
        CountedGraph before = CountedGraph.of(trained);
        CountedGraph after = CountedGraph.of(folded);
        LayerReports layers = new LayerReports(before, training, plan, after);
        return new FoldReport(
                FoldSteps.of(trained, plan, folded),
                layers.list(),
                plan.declined(),
                new Size(before.cost().parameters(), before.cost().macs() + layers.programMacs()),
                new Size(after.cost().parameters(), after.cost().macs()));
    }
}
