package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.layer.FoldPlan;
import io.foldserve.fold.layer.WorkingGraph;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
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
    private final WorkingGraph working;
    private final WeightPrograms programs;
    private final Graph folded;
    private final Map<String, Node> foldedNodes;
    private final GraphCost trainingCost;
    private final GraphCost foldedCost;

    private ReportWriter(GraphFacts training, WorkingGraph working, GraphFacts folded) {
        this.working = working;
        this.programs = new WeightPrograms(working.training());
        this.folded = folded.graph();
        this.trainingCost = GraphCost.of(training.graph(), training.knownShapes());
        this.foldedCost = GraphCost.of(folded.graph(), folded.knownShapes());
        this.foldedNodes = folded.graph().nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
    }

    /** The report of what {@code plan} alone made of its training form, with nothing measured. */
    public static FoldReport of(FoldPlan plan, Graph folded) {
        return of(plan.working().facts(), IslandPlan.NONE, plan, folded);
    }

    /** The report of {@code training} folded by {@code islands} and then {@code plan}, with nothing measured. */
    public static FoldReport of(GraphFacts training, IslandPlan islands, FoldPlan plan, Graph graph) {
        GraphFacts folded = GraphFacts.of(graph);
        ReportWriter writer = new ReportWriter(training, plan.working(), folded);
        IslandReports islandReports = new IslandReports(training, islands, writer.trainingCost);
        List<LayerReport> layers = plan.working().nodes().stream()
                .flatMap(node -> plan.working().layer(node.name()).stream())
                .map(writer::report)
                .map(islandReports::report)
                .toList();
        List<Declined> declined = new ArrayList<>(islands.declined());
        declined.addAll(plan.declined());
        long programs = writer.programMacs() + islandReports.programMacs();
        return new FoldReport(
                FoldSteps.of(training, islands, plan.working(), folded),
                layers,
                declined,
                new Size(writer.trainingCost.parameters(), writer.trainingCost.macs() + programs),
                new Size(writer.foldedCost.parameters(), writer.foldedCost.macs()));
    }

    private long programMacs() {
        return working.nodes().stream()
                .flatMap(node -> working.layer(node.name()).stream())
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
                        size(working.training(), layer.keys().stream()),
                        macs(trainingCost, name) + programs.macs(layer.kernel(), layer.kernelShape())),
                new Size(size(folded, after.inputs().stream().skip(1)), macs(foldedCost, name)),
                errorBound(layer),
                layer.affines().stream()
                        .flatMap(affine -> affine.epsilon().stream().boxed())
                        .toList(),
                layer.keys(),
                Optional.empty(),
                Optional.empty());
    }

    private static double errorBound(Layer layer) {
        double accumulated = (layer.layout().fanIn() + 1) * DType.FLOAT32.unitRoundoff();
        double roundoff = layer.type().unitRoundoff();
        // The result is rounded too where its type is not that of the sum.
        double rounded = layer.type() == DType.FLOAT32 ? roundoff : 2 * roundoff;
        return rounded + accumulated / (1 - accumulated);
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
