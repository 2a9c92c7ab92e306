package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.EVAL;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An Identity, and a Dropout outside training, hands its input on and is left out.
 *
 * <p>Algebra: {@code y = x}, by the definitions of ONNX. A graph output keeps its name, which then becomes that of x.
 * Stays: a Dropout in training mode, one whose mask is read, and a node that joins a graph input or constant to a graph
 * output, for both names must stay. Stateless.
 */
public final class NoOps {
    /** The entry in the glossary. */
    public static final RuleEntry ENTRY = new RuleEntry(
            "no-op",
            "An Identity, and a Dropout outside training, hand their input on.",
            "the definitions of ONNX's Identity and Dropout");

    private NoOps() {}

    /** The facts of the graph of {@code facts} without those that can be left out. */
    public static GraphFacts leftOut(GraphFacts facts) {
        GraphFacts rest = facts;
        for (List<Node> next = next(rest); !next.isEmpty(); next = next(rest)) {
            rest = GraphFacts.of(without(rest.graph(), next));
        }
        return rest;
    }

    /** Why those that stay in the graph of {@code facts} do, by the node's name. */
    public static Map<String, String> refusals(GraphFacts facts) {
        Map<String, String> refusals = new HashMap<>();
        all(facts).forEach(node -> whyNot(facts.graph(), node).ifPresent(reason -> refusals.put(node.name(), reason)));
        return refusals;
    }

    // One that renames a graph output may keep another from doing so: these go last, one at a time.
    private static List<Node> next(GraphFacts facts) {
        Graph graph = facts.graph();
        Map<Boolean, List<Node>> byOutput = all(facts)
                .filter(node -> whyNot(graph, node).isEmpty())
                .collect(Collectors.partitioningBy(node -> graph.isOutput(node.output())));
        List<Node> inside = byOutput.getOrDefault(false, List.of());
        return inside.isEmpty()
                ? byOutput.getOrDefault(true, List.of()).stream().limit(1).toList()
                : inside;
    }

    private static Stream<Node> all(GraphFacts facts) {
        return facts.dataNodes().stream().filter(node -> node.is("Identity") || node.is("Dropout"));
    }

    private static Optional<String> whyNot(Graph graph, Node node) {
        Optional<String> mode = node.is("Dropout") ? Operators.trainingMode(graph, node) : Optional.empty();
        return mode.map(found -> mayTrain(node, found))
                .or(() -> Renaming.whyNotLeftOut(graph, node, node.inputs().get(0)));
    }

    private static Graph without(Graph graph, List<Node> noOps) {
        Renaming renaming = new Renaming(graph);
        noOps.forEach(node -> renaming.leaveOut(node, node.inputs().get(0)));
        List<Node> nodes = renaming.apply(graph.nodes());
        return graph.with(graph.inputs(), graph.outputs(), nodes, graph.constants());
    }

    private static String mayTrain(Node node, String mode) {
        return "%s may drop values, for its training mode %s is not a constant false; %s."
                .formatted(at(node), mode, EVAL);
    }
}
