package io.foldserve.fold.report;

import io.foldserve.fold.layer.LayerPlan;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says of every layer of a folded graph what it was made of and what it became. Immutable; belongs to one fold. */
final class LayerReports {
    private final CountedGraph training;
    private final Map<String, Island> islands;
    private final LayerPlan plan;
    private final WeightPrograms programs;
    private final CountedGraph folded;
    private final Map<String, Node> foldedNodes;

    LayerReports(CountedGraph training, IslandPlan islands, LayerPlan plan, CountedGraph folded) {
        this.training = training;
        this.islands =
                islands.islands().stream().collect(Collectors.toMap(island -> island.name(0), Function.identity()));
        this.plan = plan;
        this.programs = new WeightPrograms(plan.facts().graph());
        this.folded = folded;
        this.foldedNodes = folded.graph().nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
    }

    /** A report of each layer, in execution order. */
    List<LayerReport> list() {
        return plan.ordered().stream().map(this::report).toList();
    }

    /** The multiply-accumulates that composing all DO-Conv kernels takes once. */
    long programMacs() {
        List<LayerOrigin> origins = new ArrayList<>();
        plan.ordered().stream()
                .filter(layer -> island(layer).isEmpty())
                .forEach(layer -> origins.add(LayerOrigin.of(plan.facts(), layer)));
        islands.values().forEach(island -> origins.add(LayerOrigin.of(training.facts(), island)));
        return origins.stream().mapToLong(LayerOrigin::programMacs).sum();
    }

    private Optional<Island> island(Layer layer) {
        return Optional.ofNullable(islands.get(layer.node().name()));
    }

    private LayerReport report(Layer layer) {
        Optional<Island> island = island(layer);
        LayerOrigin origin = island.map(
                        found -> LayerOrigin.of(training.facts(), found).with(layer))
                .orElseGet(() -> LayerOrigin.of(plan.facts(), layer));
        Shape kernel = island.flatMap(found -> origin.kernel(found.principal())).orElse(layer.kernelShape());
        Node after = Optional.ofNullable(foldedNodes.get(layer.node().name())).orElseThrow();
        return new LayerReport(
                after.name(),
                after.op(),
                origin.rules(),
                programs.describe(layer.kernel()),
                kernel.extents(),
                constant(after.inputs().get(1)).orElseThrow().shape().extents(),
                layer.layout().groups(),
                origin.size(training),
                size(after),
                errorBound(layer),
                origin.epsilons(),
                origin.keys(),
                origin.cost(),
                Optional.empty());
    }

    private Size size(Node after) {
        long parameters = after.inputs().stream()
                .skip(1)
                .flatMap(name -> constant(name).stream())
                .filter(tensor -> tensor.dtype().isFloating())
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
        return new Size(parameters, folded.macs(after));
    }

    private Optional<Tensor> constant(String name) {
        return folded.graph().constant(name);
    }

    private static double errorBound(Layer layer) {
        double accumulated = (layer.layout().fanIn() + 1) * DType.FLOAT32.unitRoundoff();
        double roundoff = layer.type().unitRoundoff();
        // The result is rounded too where its type is not that of the sum.
        double rounded = layer.type() == DType.FLOAT32 ? roundoff : 2 * roundoff;
        return rounded + accumulated / (1 - accumulated);
    }
}
