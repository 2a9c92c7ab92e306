package io.foldserve.fold.report;

import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.layer.FoldPlan;
import io.foldserve.fold.layer.WorkingGraph;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.DoConvReport;
import io.foldserve.fold.result.DoConvReport.Diagonal;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
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

    private final WorkingGraph working;
    private final Graph folded;
    private final Map<String, Node> foldedNodes;
    private final GraphCost trainingCost;
    private final GraphCost foldedCost;

    private ReportWriter(GraphFacts training, WorkingGraph working, GraphFacts folded) {
        this.working = working;
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
        ReportWriter account = new ReportWriter(training, plan.working(), folded);
        IslandAccount ours = new IslandAccount(training, islands, account.trainingCost);
        List<LayerReport> layers = plan.working().nodes().stream()
                .flatMap(node -> plan.working().layer(node.name()).stream())
                .map(account::report)
                .map(ours::report)
                .toList();
        List<Declined> declined = new ArrayList<>(islands.declined());
        declined.addAll(plan.declined());
        long programs = account.programMacs() + ours.programMacs();
        return new FoldReport(
                FoldSteps.of(training, islands, plan.working(), folded),
                layers,
                declined,
                new Size(account.trainingCost.parameters(), account.trainingCost.macs() + programs),
                new Size(account.foldedCost.parameters(), account.foldedCost.macs()));
    }

    private long programMacs() {
        return working.nodes().stream()
                .flatMap(node -> working.layer(node.name()).stream())
                .mapToLong(layer -> programMacs(layer, program(layer)))
                .sum();
    }

    private Optional<DoConvProgram> program(Layer layer) {
        return DoConvProgram.find(working.training(), layer.kernel());
    }

    private LayerReport report(Layer layer) {
        String name = layer.node().name();
        Node after = Optional.ofNullable(foldedNodes.get(name)).orElseThrow();
        Optional<DoConvProgram> program = program(layer);
        return new LayerReport(
                name,
                after.op(),
                layer.rules(),
                program.map(this::describe),
                layer.kernelShape().extents(),
                tensor(folded, after.inputs().get(1)).shape().extents(),
                layer.layout().groups(),
                new Size(
                        size(working.training(), layer.keys().stream()),
                        macs(trainingCost, name) + programMacs(layer, program)),
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

    private DoConvReport describe(DoConvProgram program) {
        Shape w = tensor(working.training(), program.w()).shape();
        Diagonal diagonal = program.diagonal()
                .map(name -> diagonal(tensor(working.training(), name)))
                .orElse(Diagonal.NONE);
        List<Integer> d = program.d()
                .map(name -> tensor(working.training(), name).shape().extents())
                .orElse(List.of());
        return new DoConvReport(w.extents(), d, w.extent(2), diagonal);
    }

    private static Diagonal diagonal(Tensor stored) {
        int taps = stored.shape().extent(1);
        int multiplier = stored.shape().extent(2);
        float[] values = stored.toFloats();
        for (int i = 0; i < values.length; i++) {
            int m = i / multiplier % taps;
            int s = i % multiplier;
            boolean one = s % taps == m && s < multiplier / taps * taps;
            if (values[i] != (one ? 1 : 0)) {
                return Diagonal.OTHER;
            }
        }
        return Diagonal.TILED_IDENTITY;
    }

    private static long macs(GraphCost cost, String node) {
        return cost.nodeMacs().getOrDefault(node, 0L);
    }

    // What the training code itself computes in every pass; a session that runs the training form may do it once.
    private long programMacs(Layer layer, Optional<DoConvProgram> program) {
        return program.map(found -> found.macs(working.training(), layer.kernelShape()))
                .orElse(0L);
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
