package io.foldserve.serving.fit;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A chain of operators to be added to a graph, each reading the one before, under names that the graph does not have,
 * not even inside its subgraphs. Not thread-safe: it belongs to one fitting.
 */
final class Addition {
    private final Set<String> taken = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private String last = "";

    /** To be added to {@code graph}. */
    Addition(Graph graph) {
        taken.addAll(graph.constants().keySet());
        taken.addAll(graph.fileRemainder().constants().keySet());
        graph.inputs().forEach(input -> taken.add(input.name()));
        for (Node node : graph.nodes()) {
            taken.add(node.name());
            taken.addAll(node.outputs());
            taken.addAll(node.innerNames());
        }
    }

    /** A name like {@code wanted} that nothing has; from now on it is taken. */
    String name(String wanted) {
        String name = wanted;
        for (int namesake = 2; !taken.add(name); namesake++) {
            name = wanted + "_" + namesake;
        }
        return name;
    }

    /** Begins after the value {@code first}. */
    Addition from(String first) {
        last = first;
        return this;
    }

    /** Adds {@code op} with {@code last} for its first input and {@code others} for the rest. */
    void add(String op, List<String> others, Map<String, Attribute> attributes) {
        List<String> inputs = new ArrayList<>(List.of(last));
        inputs.addAll(others);
        addNode(op, inputs, attributes);
    }

    /** Adds {@code op} over exactly {@code inputs}. */
    void addNode(String op, List<String> inputs, Map<String, Attribute> attributes) {
        last = name("fit/" + op);
        nodes.add(new Node(last, "", op, inputs, List.of(last), attributes));
    }

    /** Adds a Reshape to {@code shape}. */
    void reshape(Shape shape) {
        add("Reshape", List.of(constant("shape", Tensor.ofLongs(Shape.of(shape.rank()), shape.toLongs()))), Map.of());
    }

    /** Adds a Cast to the element type with ONNX's number {@code type}. */
    void cast(int type) {
        add("Cast", List.of(), Map.of("to", Attribute.of(type)));
    }

    /** Adds a constant and returns its name. */
    String constant(String wanted, Tensor tensor) {
        String name = name("fit/" + wanted);
        constants.put(name, tensor);
        return name;
    }

    /** The value that the chain ends in so far. */
    String last() {
        return last;
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** {@code graph} with the chain before its nodes; the value it ends in is called {@code end}. */
    Graph before(Graph graph, Value input, String end) {
        List<Node> all = new ArrayList<>(endingIn(end));
        all.addAll(graph.nodes());
        return graph.with(List.of(input), graph.outputs(), all, with(graph.constants()));
    }

    /** {@code graph} with the chain behind its nodes, and its end, called {@code output}, for the only output. */
    Graph behind(Graph graph, Value output) {
        List<Node> all = new ArrayList<>(graph.nodes());
        all.addAll(endingIn(output.name()));
        return graph.with(graph.inputs(), List.of(output), all, with(graph.constants()));
    }

    private List<Node> endingIn(String end) {
        Node node = nodes.get(nodes.size() - 1);
        List<Node> named = new ArrayList<>(nodes.subList(0, nodes.size() - 1));
        named.add(new Node(node.name(), "", node.op(), node.inputs(), List.of(end), node.attributes()));
        return named;
    }

    private Map<String, Tensor> with(Map<String, Tensor> before) {
        Map<String, Tensor> all = new LinkedHashMap<>(before);
        all.putAll(constants);
        return all;
    }
}
