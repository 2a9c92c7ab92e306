package io.foldserve.fold;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Shapes;
import io.foldserve.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns CastLike, which takes its type from a value, into Cast where that type is known to be FLOAT32: exporters write zero
 * biases so, and a weight program must not depend on data.
 */
final class CastLikes {
    private static final long ONNX_FLOAT = 1;

    /** Known operators whose first output is not of their first input's type. */
    private static final Set<String> OTHER_TYPES = Set.of("Cast", "Shape", "ArgMax", "Constant");

    private CastLikes() {}

    /** {@code graph} with every CastLike of known type a Cast; itself if it has none. */
    static Graph resolved(Graph graph) {
        if (graph.nodes().stream().noneMatch(node -> node.is("CastLike"))) {
            return graph;
        }
        Map<String, DType> types = new HashMap<>();
        graph.inputs().forEach(input -> input.dtype().ifPresent(dtype -> types.put(input.name(), dtype)));
        graph.constants().forEach((name, tensor) -> types.put(name, tensor.dtype()));
        List<Node> nodes = new ArrayList<>();
        for (Node original : graph.nodes()) {
            Node node = resolved(graph, original, types);
            type(graph, node, types).ifPresent(dtype -> types.put(node.output(), dtype));
            nodes.add(node);
        }
        return graph.with(graph.inputs(), graph.outputs(), nodes, graph.constants());
    }

    private static Node resolved(Graph graph, Node node, Map<String, DType> types) {
        boolean known = node.is("CastLike")
                && graph.understands(node)
                && node.inputs().size() == 2
                && types.get(node.inputs().get(1)) == DType.FLOAT32;
        return known
                ? new Node(
                        node.name(),
                        node.domain(),
                        "Cast",
                        node.inputs().subList(0, 1),
                        node.outputs(),
                        Map.of("to", Attribute.of(ONNX_FLOAT)))
                : node;
    }

    private static Optional<DType> type(Graph graph, Node node, Map<String, DType> types) {
        if (node.is("Cast")) {
            return node.integer("to", 0) == ONNX_FLOAT ? Optional.of(DType.FLOAT32) : Optional.empty();
        }
        boolean same = graph.understands(node) && Shapes.knows(node) && !OTHER_TYPES.contains(node.op());
        return same ? node.input(0).map(types::get) : Optional.empty();
    }
}
