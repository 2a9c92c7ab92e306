package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.LayerCost;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * What a layer of a folded graph was made of: an island, or an operator that stayed as it was. Immutable.
 *
 * @param facts of the graph that it was part of
 * @param nodes of that graph
 * @param rules the rules applied, first to last
 * @param cost what it was predicted and measured to take, for an island that was chosen by that
 */
record LayerOrigin(GraphFacts facts, List<Node> nodes, List<String> rules, Optional<LayerCost> cost) {
    /** Copies the lists. */
    LayerOrigin {
        nodes = List.copyOf(nodes);
        rules = List.copyOf(rules);
    }

    /** The origin of the operator {@code node} of the graph of {@code facts}, which stayed as it was. */
    static LayerOrigin of(GraphFacts facts, Node node) {
        return new LayerOrigin(facts, List.of(node), List.of(), Optional.empty());
    }

    /** The origin of {@code island} of the training form of {@code facts}. */
    static LayerOrigin of(GraphFacts facts, Island island) {
        return new LayerOrigin(facts, island.nodes(), island.rules(), island.cost());
    }

    /** The stored tensors that it is made of, in data-flow order. */
    List<String> keys() {
        return nodes.stream()
                .flatMap(node -> node.inputs().stream())
                .filter(facts.constants()::contains)
                .flatMap(value -> facts.constants().keys(value).stream())
                .distinct()
                .toList();
    }

    /** The epsilon of each batch norm in it. */
    List<Double> epsilons() {
        return nodes.stream()
                .filter(node -> node.is("BatchNormalization"))
                .map(BatchNormMap::epsilon)
                .toList();
    }

    /** The shape of the kernel of {@code node}, if it has one. */
    Optional<Shape> kernel(Node node) {
        return Operators.isLinear(node) ? facts.shapes().find(node.inputs().get(1)) : Optional.empty();
    }

    /** Its stored values, and its multiply-accumulates in a pass of the training form, which is {@code training}. */
    Size size(CountedGraph training) {
        Graph graph = facts.graph();
        long parameters = keys().stream()
                .flatMap(key -> graph.constant(key).stream())
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
        long macs = nodes.stream().mapToLong(training::macs).sum();
        return new Size(parameters, macs + programMacs());
    }

    /** The multiply-accumulates that composing its DO-Conv kernels takes once. */
    long programMacs() {
        WeightPrograms programs = new WeightPrograms(facts.graph());
        return nodes.stream()
                .mapToLong(node -> kernel(node)
                        .map(shape -> programs.macs(node.inputs().get(1), shape))
                        .orElse(0L))
                .sum();
    }
}
