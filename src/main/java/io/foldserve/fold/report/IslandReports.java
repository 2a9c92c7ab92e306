package io.foldserve.fold.report;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Adds to the report of a layer what island it was made of. Immutable; belongs to one fold. */
final class IslandReports {
    private final Graph training;
    private final ConstantValues constants;
    private final WeightPrograms programs;
    private final GraphCost cost;
    private final Map<String, Shape> shapes;
    private final Map<String, Island> islands = new HashMap<>();

    /** @param cost that of {@code training} */
    IslandReports(GraphFacts training, IslandPlan plan, GraphCost cost) {
        this.training = training.graph();
        this.programs = new WeightPrograms(training.graph());
        this.cost = cost;
        this.constants = training.constants();
        this.shapes = plan.islands().isEmpty() ? Map.of() : training.knownShapes();
        plan.islands().forEach(island -> islands.put(island.name(0), island));
    }

    /** {@code layer} with the nodes that became it, if it was made of an island. */
    LayerReport report(LayerReport layer) {
        Island island = islands.get(layer.name());
        if (island == null) {
            return layer;
        }
        List<String> rules = new ArrayList<>(island.rules());
        rules.addAll(layer.rules());
        return new LayerReport(
                layer.name(),
                layer.operator(),
                rules,
                layer.doConv(),
                kernel(island.principal()).map(Shape::extents).orElse(layer.kernelBefore()),
                layer.kernelAfter(),
                layer.groups(),
                size(island),
                layer.after(),
                layer.errorBound(),
                epsilons(island),
                keys(island),
                island.cost(),
                layer.errors());
    }

    /** The multiply-accumulates that composing the DO-Conv kernels inside islands takes once. */
    long programMacs() {
        return islands.values().stream().mapToLong(this::programMacs).sum();
    }

    private long programMacs(Island island) {
        return island.form().nodes().stream()
                .filter(Operators::isLinear)
                .mapToLong(node -> kernel(node)
                        .map(shape -> programs.macs(node.inputs().get(1), shape))
                        .orElse(0L))
                .sum();
    }

    private Optional<Shape> kernel(Node node) {
        return Operators.isLinear(node)
                ? Optional.ofNullable(shapes.get(node.inputs().get(1)))
                : Optional.empty();
    }

    private Size size(Island island) {
        long parameters = keys(island).stream()
                .flatMap(key -> training.constant(key).stream())
                .map(Tensor::shape)
                .mapToLong(Shape::size)
                .sum();
        long macs = island.form().nodes().stream()
                .mapToLong(node -> cost.nodeMacs().getOrDefault(node.name(), 0L))
                .sum();
        return new Size(parameters, macs + programMacs(island));
    }

    private List<String> keys(Island island) {
        return island.form().nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .filter(constants::contains)
                .flatMap(value -> constants.keys(value).stream())
                .distinct()
                .toList();
    }

    private static List<Double> epsilons(Island island) {
        Stream<Node> norms = island.form().nodes().stream().filter(node -> node.is("BatchNormalization"));
        return norms.map(node -> node.real("epsilon", 1e-5)).toList();
    }
}
