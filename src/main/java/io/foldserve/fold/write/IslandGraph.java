package io.foldserve.fold.write;

import io.foldserve.fold.facts.FoldedTypes;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.rule.NoOps;
import io.foldserve.fold.rule.Renaming;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A training form with its islands replaced by the operators that the plan chose, each number composed in float64 and
 * rounded once; everything else is kept as it is.
 *
 * <p>Islands are composed in parallel on the common pool, each independently and deterministically; the float64 form of
 * no more of them than the pool has threads exists at a time. Immutable.
 *
 * @param facts of the graph
 * @param names what the islands are called in the graph
 */
public record IslandGraph(GraphFacts facts, List<IslandNames> names) {
    /** Copies the list. */
    public IslandGraph {
        names = List.copyOf(names);
    }

    /** {@code training} with {@code islands} replaced, their constants {@code numbers}. */
    public static IslandGraph of(GraphFacts training, List<Island> islands, IslandNumbers.Composed numbers) {
        Graph graph = training.graph();
        Replacement replacement = new Replacement(graph, training.constants(), replaced(islands), readByMoved(islands));
        Set<String> taken = replacement.taken();
        kept(islands).forEach(operator -> taken.addAll(operator.node().outputs()));
        List<IslandNames> names = islands.stream()
                .map(island -> new IslandNames(island, taken::contains))
                .toList();
        Map<String, Written> written = names.parallelStream()
                .collect(Collectors.toConcurrentMap(
                        named -> place(named.island()), named -> written(training, named, numbers)));
        Graph replaced = replacement.with(written, renaming(graph, islands), stored(graph, numbers));
        return new IslandGraph(GraphFacts.of(programsFirst(NoOps.leftOut(GraphFacts.of(replaced)))), names);
    }

    private static Written written(GraphFacts training, IslandNames names, IslandNumbers.Composed numbers) {
        Island island = names.island();
        return island.kept()
                .map(operator -> OperatorWriter.write(operator, names, numbers.of(operator)))
                .orElseGet(() ->
                        new IslandWriter(training.graph().opset(), numbers.in(type(training, island)), names).write());
    }

    // The value in place of whose node the island is written: an operator that is kept stands where it did.
    private static String place(Island island) {
        return island.kept().map(operator -> operator.node().output()).orElse(island.value());
    }

    // Who reads what a kept operator took in reads the operator itself.
    private static Renaming renaming(Graph graph, List<Island> islands) {
        Renaming renaming = new Renaming(graph);
        for (Island island : islands) {
            island.kept().ifPresent(operator -> island.nodes().stream()
                    .skip(1)
                    .forEach(node -> renaming.leaveOut(node, operator.node().output())));
        }
        return renaming;
    }

    private static Stream<KeptOperator> kept(List<Island> islands) {
        return islands.stream().flatMap(island -> island.kept().stream());
    }

    private static Set<String> replaced(List<Island> islands) {
        return islands.stream()
                .flatMap(island -> island.nodes().stream())
                .map(Node::name)
                .collect(Collectors.toSet());
    }

    // A network built without casts computes in one type, which is then that of its folded layers; a file is well
    // typed.
    private static UnaryOperator<Tensor> stored(Graph graph, IslandNumbers.Composed numbers) {
        boolean rounds = numbers.rounds()
                && !graph.fileRemainder().isFromFile()
                && graph.nodes().stream().noneMatch(node -> node.is("Cast"));
        return tensor -> rounds && tensor.dtype().isFloating() ? tensor.toFloat32() : tensor;
    }

    // What computes constants first, in its own order.
    private static Graph programsFirst(GraphFacts facts) {
        Graph graph = facts.graph();
        Map<Boolean, List<Node>> byProgram =
                graph.nodes().stream().collect(Collectors.partitioningBy(facts.constants()::computes));
        List<Node> nodes = Stream.of(true, false)
                .flatMap(program -> byProgram.getOrDefault(program, List.of()).stream())
                .toList();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        Stream<String> read = nodes.stream().flatMap(node -> node.reads().stream());
        Stream.concat(read, graph.outputs().stream().map(Value::name))
                .forEach(value -> graph.constant(value).ifPresent(tensor -> constants.put(value, tensor)));
        return graph.with(graph.inputs(), graph.outputs(), nodes, constants);
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

    /** The type in which {@code island} of {@code training}, which keeps no operator, is written: that of its input. */
    public static DType type(GraphFacts training, Island island) {
        String read = island.terms().get(0).source().value();
        return FoldedTypes.of(training.graph(), () -> training.types().find(read))
                .orElse(DType.FLOAT32);
    }

    public Graph graph() {
        return facts.graph();
    }
}
