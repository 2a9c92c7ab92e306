package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.layer.LayerPlan;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/** Writes the report of a settled plan and of the graph that came of it. Stateless. */
public final class ReportWriter {
    private ReportWriter() {}

    /** The report of what {@code plan} alone made of its training form, with nothing measured. */
    public static FoldReport of(LayerPlan plan, Graph folded) {
        return of(plan.facts(), IslandPlan.NONE, plan, folded);
    }

    /** The report of {@code training} folded by {@code islands} and then {@code plan}, with nothing measured. */
    public static FoldReport of(GraphFacts training, IslandPlan islands, LayerPlan plan, Graph graph) {
        GraphFacts folded = GraphFacts.of(graph);
        CountedGraph before = CountedGraph.of(training);
        CountedGraph after = CountedGraph.of(folded);
        LayerReports layers = new LayerReports(before, islands, plan, after);
        List<Declined> declined = new ArrayList<>(islands.declined());
        declined.addAll(plan.declined());
        return new FoldReport(
                FoldSteps.of(training, islands, plan, folded),
                layers.list(),
                declined,
                new Size(before.cost().parameters(), before.cost().macs() + layers.programMacs()),
                new Size(after.cost().parameters(), after.cost().macs()));
    }
}
