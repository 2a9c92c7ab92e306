package io.foldserve.fold.facts;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns CastLike, which takes its type from a value, into Cast where that type is known to be one that a fold writes:
 * exporters write zero biases so, and a weight program must not depend on data.
 */
public final class CastLikes {
    private CastLikes() {}

    /** {@code graph} with every CastLike of known type a Cast; itself if it has none. */
    public static Graph withCasts(Graph graph) {
        if (graph.nodes().stream().noneMatch(node -> node.is("CastLike"))) {
            return graph;
        }
        ValueTypes types = ValueTypes.before(graph);
        List<Node> nodes = new ArrayList<>();
        for (Node original : graph.nodes()) {
            Node node = withCasts(graph, original, types);
            types.add(node);
            nodes.add(node);
        }
        return graph.with(graph.inputs(), graph.outputs(), nodes, graph.constants());
    }

    private static Node withCasts(Graph graph, Node node, ValueTypes types) {
        boolean likes =
                node.is("CastLike") && graph.understands(node) && node.inputs().size() == 2;
        Optional<DType> known =
                likes ? types.find(node.inputs().get(1)).filter(FoldedTypes::isWritten) : Optional.empty();
        return known.map(type -> new Node(
                        node.name(),
                        node.domain(),
                        "Cast",
                        node.inputs().subList(0, 1),
                        node.outputs(),
                        Map.of("to", Attribute.of(type))))
                .orElse(node);
    }
}
