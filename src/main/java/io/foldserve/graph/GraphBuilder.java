package io.foldserve.graph;

import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects a {@link Graph} in execution order. A value must exist before a node reads it, and a name is given once.
 *
 * <p>Not thread-safe; used for one graph.
 */
public final class GraphBuilder {
    private final String name;
    private final Map<String, Integer> opsets;
    private final FileRemainder remainder;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Set<String> values = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();

    /** Starts an empty graph in {@link Graph#OPSET}. */
    public GraphBuilder(String name) {
        this(name, Graph.OPSET);
    }

    /** Starts an empty graph in {@code opset}. */
    public GraphBuilder(String name, int opset) {
        this(name, Map.of("", opset), FileRemainder.NONE);
    }

    private GraphBuilder(String name, Map<String, Integer> opsets, FileRemainder remainder) {
        this.name = name;
        this.opsets = opsets;
        this.remainder = remainder;
        remainder.constants().keySet().forEach(this::assign);
    }

    /** Starts an empty graph with the name, the opsets and the constants of {@code graph}, carrying what it carries. */
    public static GraphBuilder around(Graph graph) {
        GraphBuilder builder = new GraphBuilder(graph.name(), graph.opsets(), graph.fileRemainder());
        graph.constants().forEach(builder::constant);
        return builder;
    }

    /** Adds an input and returns its name. */
    public String input(Value input) {
        inputs.add(input);
        return assign(input.name());
    }

    /** Adds a constant and returns its name. */
    public String constant(String constant, Tensor tensor) {
        constants.put(assign(constant), tensor);
        return constant;
    }

    /** Adds a node with a single output, both called {@code node}, and returns that name. */
    public String add(String op, String node, List<String> inputs, Map<String, Attribute> attributes) {
        add(new Node(node, "", op, inputs, List.of(node), attributes));
        return node;
    }

    /** Adds a node without attributes; see {@link #add(String, String, List, Map)}. */
    public String add(String op, String node, List<String> inputs) {
        return add(op, node, inputs, Map.of());
    }

    /** Adds {@code node}. */
    public void add(Node node) {
        for (String input : node.reads()) {
            if (!values.contains(input)) {
                throw new IllegalArgumentException(
                        "node %s reads %s, which nothing before it assigns".formatted(node.name(), input));
            }
        }
        if (!nodeNames.add(node.name())) {
            throw new IllegalArgumentException("two nodes are called " + node.name());
        }
        node.outputs().stream().filter(output -> !output.isEmpty()).forEach(this::assign);
        nodes.add(node);
    }

    /** Makes an assigned value an output. */
    public void output(Value output) {
        if (!values.contains(output.name())) {
            throw new IllegalArgumentException("output " + output.name() + " is never assigned");
        }
        outputs.add(output);
    }

    private String assign(String value) {
        if (!values.add(value)) {
            throw new IllegalArgumentException("value " + value + " is assigned twice");
        }
        return value;
    }

    /** The graph collected so far. */
    public Graph build() {
        return new Graph(name, opsets, inputs, outputs, nodes, constants, remainder);
    }
}
