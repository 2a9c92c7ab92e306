package io.foldserve.fold.write;

import io.foldserve.fold.facts.FoldedTypes;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        Replacement replacement = new Replacement(graph, training.constants(), replaced(islands), readByMoved(islands));
        Set<String> taken = replacement.taken();
        List<IslandNames> names = islands.stream()
                .map(island -> new IslandNames(island, taken::contains))
                .toList();
        Map<String, Written> written = names.parallelStream()
                .collect(Collectors.toConcurrentMap(named -> named.island().value(), named -> new IslandWriter(
                                graph.opset(), numbers.in(type(training, named.island())), named)
                        .write()));
        return new IslandGraph(GraphFacts.of(replacement.with(written, UnaryOperator.identity())), names);
    }

    private static Set<String> replaced(List<Island> islands) {
        return islands.stream()
                .flatMap(island -> island.form().nodes().stream())
                .map(Node::name)
                .collect(Collectors.toSet());
    }

    // A node that moves is read on.
    private static List<String> readByMoved(List<Island> islands) {
        Stream<Node> before = islands.stream()
                .flatMap(island -> island.terms().stream())
                .flatMap(term -> term.source().commuted().stream());
        Stream<Node> after = islands.stream()
                .flatMap(island -> island.form().after().stream())
                .map(TrailingOperator::node);
        return Stream.concat(before, after)
                .flatMap(node -> node.reads().stream())
                .toList();
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
}
