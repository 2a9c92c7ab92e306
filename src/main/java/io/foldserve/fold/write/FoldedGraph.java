package io.foldserve.fold.write;

import io.foldserve.fold.facts.FreeNames;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A graph with its layers folded: the node of each stays and gets other constants, which are composed in float64 and
 * rounded once; everything else is kept as it is.
 *
 * <p>Layers are composed in parallel on the common pool, each independently and deterministically; the float64 form of
 * no more layers than the pool has threads exists at a time. Stateless.
 */
public final class FoldedGraph {
    private FoldedGraph() {}

    /**
     * Writes {@code nodes}, which are those of the graph of {@code facts} that compute on data and were not taken in.
     *
     * @param layers those of {@code nodes} that may have taken others in
     */
    public static Graph of(GraphFacts facts, List<Node> nodes, List<Layer> layers) {
        Map<String, Layer> folded = layers.stream()
                .filter(Layer::isFolded)
                .collect(Collectors.toMap(layer -> layer.node().name(), Function.identity()));
        List<Node> replaced =
                nodes.stream().filter(node -> folded.containsKey(node.name())).toList();
        Graph graph = withPrograms(facts, nodes);
        Replacement replacement = new Replacement(graph, facts.constants(), folded.keySet(), Set.of());
        Set<String> taken = replacement.taken();
        replaced.forEach(node -> taken.addAll(node.outputs()));
        Map<String, Written> written = replaced.parallelStream()
                .collect(Collectors.toConcurrentMap(
                        Node::output,
                        node -> written(
                                node,
                                Optional.ofNullable(folded.get(node.name())).orElseThrow(),
                                taken)));
        return replacement.with(written, stored(graph));
    }

    // What computes constants first, in its own order.
    private static Graph withPrograms(GraphFacts facts, List<Node> nodes) {
        Graph graph = facts.graph();
        Stream<Node> programs = graph.nodes().stream().filter(facts.constants()::computes);
        List<Node> all = Stream.concat(programs, nodes.stream()).toList();
        return graph.with(graph.inputs(), graph.outputs(), all, graph.constants());
    }

    // A network built without casts computes in one type, which is then that of its folded layers; a file is well
    // typed.
    private static UnaryOperator<Tensor> stored(Graph graph) {
        boolean rounds =
                !graph.fileRemainder().isFromFile() && graph.nodes().stream().noneMatch(node -> node.is("Cast"));
        return tensor -> rounds && tensor.dtype().isFloating() ? tensor.toFloat32() : tensor;
    }

    // Constants are named after the layer, unless someone else has that name.
    private static Written written(Node node, Layer layer, Set<String> taken) {
        StoredNumbers numbers = layer.rounded();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put(FreeNames.of(node.name() + ".weight", ".folded", taken::contains), numbers.kernel());
        if (layer.biased()) {
            constants.put(FreeNames.of(node.name() + ".bias", ".folded", taken::contains), numbers.bias());
        }
        List<String> inputs = new ArrayList<>(node.inputs().subList(0, 1));
        inputs.addAll(constants.keySet());
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        // Gemm's factors are composed into kernel and bias.
        if (node.is("Gemm")) {
            attributes.remove("alpha");
            attributes.remove("beta");
        }
        String op = node.is("MatMul") && layer.biased() ? "Gemm" : node.op();
        Node folded = new Node(node.name(), node.domain(), op, inputs, node.outputs(), attributes);
        return new Written(List.of(folded), constants);
    }
}
