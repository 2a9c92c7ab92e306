package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.layer.LayerPlan;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the report of a settled plan and of the graph that came of it. Immutable; belongs to one fold. */
public final class ReportWriter {
    private static final double UNIT_ROUNDOFF = 0x1p-24;

    private final LayerPlan plan;
    private final WeightPrograms programs;
    private final Graph folded;
    private final Map<String, Node> foldedNodes;
    private final GraphCost trainingCost;
    private final GraphCost foldedCost;

    private ReportWriter(GraphFacts training, LayerPlan plan, GraphFacts folded) {
        this.plan = plan;
        this.programs = new WeightPrograms(plan.facts().graph());
        this.folded = folded.graph();
        this.trainingCost = GraphCost.of(training.graph(), training.knownShapes());
        this.foldedCost = GraphCost.of(folded.graph(), folded.knownShapes());
        this.foldedNodes = folded.graph().nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
    }

    /** The report of what {@code plan} alone made of its training form, with nothing measured. */
    public static FoldReport of(LayerPlan plan, Graph folded) {
        return of(plan.facts(), IslandPlan.NONE, plan, folded);
    }

    /** The report of {@code training} folded by {@code islands} and then {@code plan}, with nothing measured. */
    public static FoldReport of(GraphFacts training, IslandPlan islands, LayerPlan plan, Graph graph) {
        GraphFacts folded = GraphFacts.of(graph);
        ReportWriter writer = new ReportWriter(training, plan, folded);
        IslandReports islandReports = new IslandReports(training, islands, writer.trainingCost);
        List<LayerReport> layers = plan.ordered().stream()
                .map(writer::report)
                .map(islandReports::report)
                .toList();
        List<Declined> declined = new ArrayList<>(islands.declined());
        declined.addAll(plan.declined());
        long programs = writer.programMacs() + islandReports.programMacs();
        return new FoldReport(
                FoldSteps.of(training, islands, plan, folded),
                layers,
                declined,
                new Size(writer.trainingCost.parameters(), writer.trainingCost.macs() + programs),
                new Size(writer.foldedCost.parameters(), writer.foldedCost.macs()));
    }

    private long programMacs() {
        return plan.ordered().stream()
                .mapToLong(layer -> programs.macs(layer.kernel(), layer.kernelShape()))
                .sum();
    }

    private LayerReport report(Layer layer) {
        String name = layer.node().name();
        Node after = Optional.ofNullable(foldedNodes.get(name)).orElseThrow();
        return new LayerReport(
                name,
                after.op(),
                layer.rules(),
                programs.describe(layer.kernel()),
                layer.kernelShape().extents(),
                tensor(folded, after.inputs().get(1)).shape().extents(),
                layer.layout().groups(),
                new Size(
                        size(plan.facts().graph(), layer.keys().stream()),
                        macs(trainingCost, name) + programs.macs(layer.kernel(), layer.kernelShape())),
                new Size(size(folded, after.inputs().stream().skip(1)), macs(foldedCost, name)),
                errorBound(layer.layout()),
                layer.affines().stream()
                        .flatMap(affine -> affine.epsilon().stream().boxed())
                        .toList(),
                layer.keys(),
                Optional.empty(),
                Optional.empty());
    }

    private static double errorBound(KernelLayout layout) {
        double accumulated = (layout.fanIn() + 1) * UNIT_ROUNDOFF;
        return UNIT_ROUNDOFF + accumulated / (1 - accumulated);
    }

    private static long macs(GraphCost cost, String node) {
        return cost.nodeMacs().getOrDefault(node, 0L);
    }

    private static long size(Graph graph, Stream<String> constants) {
        return constants
                .flatMap(name -> graph.constant(name).stream())
                .filter(tensor -> tensor.dtype().isFloating())
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
    }

    private static Tensor tensor(Graph graph, String name) {
        return graph.constant(name).orElseThrow();
    }
}
