package io.foldserve.fold.cost;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.rule.Lifts;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;

/** Predicts what nodes of a training form take as they are, in nanoseconds. Immutable; belongs to one fold. */
public final class NodeCosts {
    private final Graph graph;
    private final Lifts lifts;
    private final IslandCost costs;

    public NodeCosts(Graph graph, Lifts lifts, IslandCost costs) {
        this.graph = graph;
        this.lifts = lifts;
        this.costs = costs;
    }

    /** The cost of {@code node} alone. */
    public double of(Node node) {
        if (isFusedBias(node)) {
            return 0;
        }
        return Operators.isLinear(node) ? costs.term(lifts.term(node), node.output()) : costs.moved(node);
    }

    /** The cost of {@code node} and of the nodes before it with which it is one operator. */
    public double ofAll(Node node) {
        return lifts.isCandidate(node)
                ? lifts.nodes(node).stream().mapToDouble(this::of).sum()
                : of(node);
    }

    // ONNX Runtime makes one operator of a product on tokens and the bias that is added to it.
    private boolean isFusedBias(Node node) {
        return node.is("Add")
                && lifts.isCandidate(node)
                && graph.producer(lifts.operand(node))
                        .filter(before -> before.is("MatMul")
                                && graph.consumers(before.output()).size() == 1)
                        .isPresent()
                && lifts.readsLastAxis(node);
    }
}
