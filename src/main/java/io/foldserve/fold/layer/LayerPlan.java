package io.foldserve.fold.layer;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.Layer;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every convolution and matrix product of a graph takes in of what follows it. Structure only; no kernel has been
 * read yet. Immutable.
 *
 * @param facts of the graph, which has no node left that does nothing at inference
 * @param nodes that compute on data once the layers have taken in what they can, in execution order
 * @param layers by the name of their node
 * @param declined where a layer could take nothing in, or a node stays
 */
public record LayerPlan(GraphFacts facts, List<Node> nodes, Map<String, Layer> layers, List<Declined> declined) {
    /** Copies the collections. */
    public LayerPlan {
        nodes = List.copyOf(nodes);
        layers = Map.copyOf(layers);
        declined = List.copyOf(declined);
    }

    /** The plan for the graph of {@code training}. */
    public static LayerPlan of(GraphFacts training) {
        return Layers.settled(NoOps.leftOut(training));
    }

    /** The glossary's entries for what only a layer takes in, and for what is left out. */
    public static List<RuleEntry> glossary() {
        return List.of(FoldMatMulBias.ENTRY, NoOps.ENTRY);
    }

    /** The layer called {@code name}, if its operator is one that can take others in. */
    public Optional<Layer> layer(String name) {
        return Optional.ofNullable(layers.get(name));
    }

    /** The layers in execution order. */
    public List<Layer> ordered() {
        return nodes.stream().flatMap(node -> layer(node.name()).stream()).toList();
    }
}
