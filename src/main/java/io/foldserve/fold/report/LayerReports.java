package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.WeightProgram;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says of every layer of a folded graph what it was made of and what it became. Immutable; belongs to one fold. */
final class LayerReports {
    private final CountedGraph counted;
    private final GraphFacts training;
    private final Map<String, Node> trained;
    private final Map<String, Island> islands;
    private final Set<String> refused;
    private final WeightPrograms programs;
    private final CountedGraph folded;

    /**
     * @param counted the training form
     * @param training the same without what does nothing at inference
     * @param plan what was decided for that
     * @param folded what it became
     */
    LayerReports(CountedGraph counted, GraphFacts training, IslandPlan plan, CountedGraph folded) {
        this.counted = counted;
        this.training = training;
        this.trained = training.graph().nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        this.islands = plan.islands().stream().collect(Collectors.toMap(island -> island.name(0), Function.identity()));
        this.refused = plan.declined().stream()
                .filter(declined -> declined.rule().equals(WeightProgram.NAME))
                .map(Declined::node)
                .collect(Collectors.toSet());
        this.programs = new WeightPrograms(training.graph());
        this.folded = folded;
    }

    /** A report of each layer, in execution order. */
    List<LayerReport> list() {
        return layers().map(this::report).toList();
    }

    // The linear operators that rules can compose, and those that were written.
    private Stream<Node> layers() {
        return folded.facts().dataNodes().stream()
                .filter(Operators::isLinear)
                .filter(node -> !refused.contains(node.name()));
    }

    /** The multiply-accumulates that composing all DO-Conv kernels takes once. */
    long programMacs() {
        return islands.values().stream()
                .mapToLong(island -> LayerOrigin.of(training, island).programMacs())
                .sum();
    }

    private LayerOrigin origin(Node after) {
        return Optional.ofNullable(islands.get(after.name()))
                .map(island -> LayerOrigin.of(training, island))
                .or(() ->
                        Optional.ofNullable(trained.get(after.name())).map(before -> LayerOrigin.of(training, before)))
                .orElseGet(() -> LayerOrigin.of(folded.facts(), after));
    }

    private LayerReport report(Node after) {
        Optional<Island> island = Optional.ofNullable(islands.get(after.name()));
        LayerOrigin origin = origin(after);
        Shape stored = constant(after.inputs().get(1)).orElseThrow().shape();
        KernelLayout layout = KernelLayout.of(after, stored);
        return new LayerReport(
                after.name(),
                after.op(),
                origin.rules(),
                island.flatMap(Island::kept)
                        .flatMap(kept -> programs.describe(kept.node().inputs().get(1))),
                island.flatMap(found -> origin.kernel(found.principal()))
                        .orElse(stored)
                        .extents(),
                stored.extents(),
                layout.groups(),
                origin.size(counted),
                size(after),
                errorBound(layout, constant(after.inputs().get(1)).orElseThrow().dtype()),
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

    private static double errorBound(KernelLayout layout, DType type) {
        double accumulated = (layout.fanIn() + 1) * DType.FLOAT32.unitRoundoff();
        double roundoff = type.unitRoundoff();
        // The result is rounded too where its type is not that of the sum.
        double rounded = type == DType.FLOAT32 ? roundoff : 2 * roundoff;
        return rounded + accumulated / (1 - accumulated);
    }
}
