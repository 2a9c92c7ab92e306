package io.foldserve.fold.write;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.rule.Renaming;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Puts others in the place of some nodes of a graph. The weight programs that only those read go with them; all else
 * stays, by its name. Immutable; belongs to one graph.
 */
final class Replacement {
    private final Graph graph;
    private final Set<String> kept;

    /**
     * A replacement of nodes of {@code graph}.
     *
     * @param constants of the graph
     * @param replaced the names of the nodes
     * @param read the values that are not to be lost, for what takes the nodes' place reads them
     */
    Replacement(Graph graph, ConstantValues constants, Set<String> replaced, Collection<String> read) {
        this.graph = graph;
        this.kept = kept(graph, constants, replaced, read);
    }

    private static Set<String> kept(
            Graph graph, ConstantValues constants, Set<String> replaced, Collection<String> more) {
        Set<String> read = new HashSet<>(more);
        graph.outputs().forEach(output -> read.add(output.name()));
        Set<String> kept = new HashSet<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            boolean needed =
                    !constants.computes(node) || node.outputs().stream().anyMatch(read::contains);
            if (needed && !replaced.contains(node.name())) {
                kept.add(node.name());
                read.addAll(node.reads());
            }
        }
        return kept;
    }

    /** The names of nodes and values that stay. */
    Set<String> taken() {
        Set<String> taken = new HashSet<>(graph.fileRemainder().constants().keySet());
        graph.inputs().forEach(input -> taken.add(input.name()));
        graph.outputs().forEach(output -> taken.add(output.name()));
        graph.nodes().stream().filter(node -> kept.contains(node.name())).forEach(node -> {
            taken.add(node.name());
            taken.addAll(node.reads());
            taken.addAll(node.outputs());
            taken.addAll(node.innerNames());
        });
        return taken;
    }

    /**
     * The graph with {@code written} in place of the nodes that compute those values.
     *
     * @param renaming what values are called then
     * @param stored what becomes of the graph's own constants
     */
    Graph with(Map<String, Written> written, Renaming renaming, UnaryOperator<Tensor> stored) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Written instead = node.outputs().stream()
                    .findFirst()
                    .flatMap(value -> Optional.ofNullable(written.get(value)))
                    .orElseGet(() -> new Written(kept.contains(node.name()) ? List.of(node) : List.of(), Map.of()));
            nodes.addAll(instead.nodes());
            instead.nodes().stream().flatMap(next -> next.reads().stream()).forEach(value -> Optional.ofNullable(
                            instead.constants().get(value))
                    .or(() -> graph.constant(value).map(stored))
                    .ifPresent(tensor -> constants.put(value, tensor)));
        }
        graph.outputs().stream().map(Value::name).forEach(output -> graph.constant(output)
                .ifPresent(tensor -> constants.put(output, stored.apply(tensor))));
        return graph.with(graph.inputs(), graph.outputs(), renaming.apply(nodes), constants);
    }
}
