package io.foldserve.fold.write;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.FoldedTypes;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A training form with its islands replaced by the convolutions that the plan chose. Immutable.
 *
 * @param facts of the graph; those of the training form itself if there are no islands
 * @param names what the islands are called in the graph
 */
public record IslandGraph(GraphFacts facts, List<IslandNames> names) {
    /** Copies the list. */
    public IslandGraph {
        names = List.copyOf(names);
    }

    /** {@code training} with {@code islands} replaced, their constants {@code numbers}. */
    public static IslandGraph of(GraphFacts training, List<Island> islands, IslandNumbers.Composed numbers) {
        if (islands.isEmpty()) {
            return new IslandGraph(training, List.of());
        }
        Graph graph = training.graph();
        List<Node> kept = live(training, islands);
        Set<String> taken = taken(graph, kept);
        List<IslandNames> names = islands.stream()
                .map(island -> new IslandNames(island, taken::contains))
                .toList();
        Map<String, IslandWriter.Written> written = names.parallelStream()
                .collect(Collectors.toConcurrentMap(named -> named.island().value(), named -> new IslandWriter(
                                graph.opset(), numbers.in(type(training, named.island())), named)
                        .write()));
        Graph replaced = assemble(graph, new HashSet<>(kept), read(graph, kept), written);
        return new IslandGraph(GraphFacts.of(replaced), names);
    }

    /** The type in which {@code island} of {@code training} is written: that of what it reads. */
    public static DType type(GraphFacts training, Island island) {
        String read = island.terms().get(0).source().value();
        return FoldedTypes.of(training.graph(), () -> training.types().find(read))
                .orElse(DType.FLOAT32);
    }

    public Graph graph() {
        return facts.graph();
    }

    // Nodes and values of the result that are not an island's.
    private static Set<String> taken(Graph training, List<Node> kept) {
        Set<String> taken = read(training, kept);
        training.inputs().forEach(input -> taken.add(input.name()));
        taken.addAll(training.fileRemainder().constants().keySet());
        kept.forEach(node -> {
            taken.add(node.name());
            taken.addAll(node.outputs());
            taken.addAll(node.innerNames());
        });
        return taken;
    }

    private static Set<String> read(Graph training, List<Node> nodes) {
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(node.reads()));
        training.outputs().stream().map(Value::name).forEach(read::add);
        return read;
    }

    // Without the replaced nodes and the weight programs that only they read; a node that moves is read on.
    private static List<Node> live(GraphFacts training, List<Island> islands) {
        ConstantValues constants = training.constants();
        Set<String> replaced = islands.stream()
                .flatMap(island -> island.form().nodes().stream())
                .map(Node::name)
                .collect(Collectors.toSet());
        Set<String> read = new HashSet<>();
        islands.stream()
                .flatMap(island -> island.terms().stream())
                .flatMap(term -> term.source().commuted().stream())
                .forEach(node -> read.addAll(node.reads()));
        islands.stream()
                .flatMap(island -> island.form().after().stream())
                .forEach(following -> read.addAll(following.node().reads()));
        training.graph().outputs().forEach(output -> read.add(output.name()));
        List<Node> live = new ArrayList<>();
        for (int i = training.graph().nodes().size() - 1; i >= 0; i--) {
            Node node = training.graph().nodes().get(i);
            boolean needed =
                    !constants.computes(node) || node.outputs().stream().anyMatch(read::contains);
            if (needed && !replaced.contains(node.name())) {
                live.add(node);
                read.addAll(node.reads());
            }
        }
        return live;
    }

    private static Graph assemble(
            Graph training, Set<Node> kept, Set<String> read, Map<String, IslandWriter.Written> written) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        written.values().stream().flatMap(island -> island.nodes().stream()).forEach(node -> read.addAll(node.reads()));
        training.constants().forEach((name, tensor) -> {
            if (read.contains(name)) {
                constants.put(name, tensor);
            }
        });
        for (Node node : training.nodes()) {
            Optional<IslandWriter.Written> island =
                    node.outputs().stream().findFirst().flatMap(value -> Optional.ofNullable(written.get(value)));
            if (island.isPresent()) {
                nodes.addAll(island.get().nodes());
                constants.putAll(island.get().constants());
            } else if (kept.contains(node)) {
                nodes.add(node);
            }
        }
        return training.with(training.inputs(), training.outputs(), nodes, constants);
    }
}
