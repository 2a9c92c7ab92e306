package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Leaves nodes of a graph out: whoever reads what such a node makes reads a value before it instead. Not thread-safe;
 * belongs to one graph.
 */
public final class Renaming {
    private final Graph graph;
    private final Set<String> leftOut = new HashSet<>();
    private final Map<String, String> names = new HashMap<>();

    /** Nothing of {@code graph} is left out yet. */
    public Renaming(Graph graph) {
        this.graph = graph;
    }

    /** Why {@code node} of {@code graph} cannot be left out, its readers reading {@code value} instead, if so. */
    public static Optional<String> whyNotLeftOut(Graph graph, Node node, String value) {
        for (String extra : node.outputs().subList(1, node.outputs().size())) {
            List<String> readers = extra.isEmpty() ? List.of() : readers(graph, extra);
            if (!readers.isEmpty()) {
                return Optional.of(extraOutputRead(node, extra, readers));
            }
        }
        for (String name : List.of(node.output(), value)) {
            Optional<Node> capturing = graph.consumers(name).stream()
                    .filter(reader -> reader.captures().contains(name))
                    .findFirst();
            if (capturing.isPresent()) {
                return Optional.of(captured(node, name, capturing.get()));
            }
        }
        boolean nameable = graph.producer(value).isPresent() && !graph.isOutput(value);
        return graph.isOutput(node.output()) && !nameable
                ? Optional.of(outputKeepsName(node, value))
                : Optional.empty();
    }

    private static List<String> readers(Graph graph, String value) {
        List<String> readers =
                new ArrayList<>(graph.consumers(value).stream().map(Node::name).toList());
        if (graph.isOutput(value)) {
            readers.add("the graph's caller");
        }
        return readers;
    }

    /**
     * Leaves {@code node} out: its readers read {@code value} instead. A graph output keeps its name, which then
     * becomes that of {@code value}. Only if {@link #whyNotLeftOut} is empty, and after the nodes before it.
     */
    public void leaveOut(Node node, String value) {
        leftOut.add(node.name());
        if (graph.isOutput(node.output())) {
            names.put(value, node.output());
        } else {
            names.put(node.output(), of(value));
        }
    }

    /** What {@code value} is called now. */
    public String of(String value) {
        return names.getOrDefault(value, value);
    }

    /** Those of {@code nodes} that are not left out, reading and making values by their names now. */
    public List<Node> apply(List<Node> nodes) {
        return nodes.stream()
                .filter(node -> !leftOut.contains(node.name()))
                .map(this::renamed)
                .toList();
    }

    private Node renamed(Node node) {
        List<String> inputs = node.inputs().stream().map(this::of).toList();
        List<String> outputs = node.outputs().stream().map(this::of).toList();
        return inputs.equals(node.inputs()) && outputs.equals(node.outputs())
                ? node
                : new Node(node.name(), node.domain(), node.op(), inputs, outputs, node.attributes());
    }

    private static String extraOutputRead(Node node, String output, List<String> readers) {
        return "%s makes a second output %s, which %s needs; to fold, nothing may need it."
                .formatted(at(node), output, String.join(", ", readers));
    }

    private static String captured(Node node, String value, Node reader) {
        return "%s stands at %s, which a subgraph of %s reads by that name; let the subgraph read an Identity of it."
                .formatted(at(node), value, at(reader));
    }

    private static String outputKeepsName(Node node, String value) {
        return "%s makes the graph output %s of %s, and both must keep their names; remove %s from the outputs to fold."
                .formatted(at(node), node.output(), value, node.output());
    }
}
