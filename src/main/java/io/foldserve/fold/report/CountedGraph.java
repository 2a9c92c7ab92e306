package io.foldserve.fold.report;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.graph.Node;

/**
 * A graph with its parameters and multiply-accumulates counted. Immutable.
 *
 * @param facts of the graph
 * @param cost the counts
 */
record CountedGraph(GraphFacts facts, GraphCost cost) {
    /** Counts the graph of {@code facts}. */
    static CountedGraph of(GraphFacts facts) {
        return new CountedGraph(facts, GraphCost.of(facts.graph(), facts.knownShapes()));
    }

    /** The graph. */
    Graph graph() {
        return facts.graph();
    }

    /** The multiply-accumulates of {@code node}; none if it has no kernel, or is not of the graph. */
    long macs(Node node) {
        return cost.nodeMacs().getOrDefault(node.name(), 0L);
    }
}
