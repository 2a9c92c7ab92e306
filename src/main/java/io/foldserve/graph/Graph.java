package io.foldserve.graph;

import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A network: inputs, nodes in an order that can be executed, constants by name, outputs. Every value is assigned once.
 *
 * <p>Immutable and thread-safe; a transformation returns a new graph. Operators follow ONNX at {@link #opset()}. The
 * indexes of producers and consumers are computed once, at construction.
 */
public final class Graph {
    /** The ONNX opset in which graphs built from checkpoints are written: the first with all four padding modes. */
    public static final int OPSET = 19;

    private final String name;
    private final Map<String, Integer> opsets;
    private final FileRemainder remainder;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final Set<String> outputNames;
    private final List<Node> nodes;
    private final Map<String, Tensor> constants;
    private final Map<String, Node> producers;
    private final Map<String, List<Node>> consumers;

    /** A graph of ONNX's own operators at {@code opset}; otherwise like the longer constructor. */
    public Graph(
            String name,
            int opset,
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Tensor> constants) {
        this(name, Map.of("", opset), inputs, outputs, nodes, constants, FileRemainder.NONE);
    }

    /**
     * Copies the collections; a verifier says whether the result is well formed.
     *
     * @param opsets the version of each operator domain that the nodes follow; ONNX's own is the empty name
     * @param remainder what came with the graph from its file
     */
    public Graph(
            String name,
            Map<String, Integer> opsets,
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Tensor> constants,
            FileRemainder remainder) {
        this.name = name;
        this.opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
        this.remainder = remainder;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.outputNames = outputs.stream().map(Value::name).collect(Collectors.toUnmodifiableSet());
        this.nodes = List.copyOf(nodes);
        this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        this.producers = new HashMap<>();
        this.consumers = new HashMap<>();
        for (Node node : this.nodes) {
            node.outputs().forEach(output -> producers.put(output, node));
            node.reads().forEach(input -> consumers
                    .computeIfAbsent(input, ignored -> new ArrayList<>())
                    .add(node));
        }
    }

    /** The network's name. */
    public String name() {
        return name;
    }

    /** This graph's name, opsets and carried parts around another body. */
    public Graph with(List<Value> inputs, List<Value> outputs, List<Node> nodes, Map<String, Tensor> constants) {
        return new Graph(name, opsets, inputs, outputs, nodes, constants, remainder);
    }

    /** This graph with {@code change} applied to every constant. */
    public Graph withConstants(UnaryOperator<Tensor> change) {
        Map<String, Tensor> changed = new LinkedHashMap<>(constants);
        changed.replaceAll((constant, tensor) -> change.apply(tensor));
        return with(inputs, outputs, nodes, changed);
    }

    /** This graph with {@code remainder} instead. */
    public Graph with(FileRemainder remainder) {
        return new Graph(name, opsets, inputs, outputs, nodes, constants, remainder);
    }

    /** The version of ONNX's own operator set that the nodes follow; 0 if none is declared. */
    public int opset() {
        return opsets.getOrDefault("", 0);
    }

    /** The version of every declared operator domain, sorted by name; ONNX's own is the empty name. */
    public Map<String, Integer> opsets() {
        return opsets;
    }

    /** What came with the graph from its file. */
    public FileRemainder fileRemainder() {
        return remainder;
    }

    /**
     * True when {@code node} is an operator of ONNX's own that at this graph's opset means what shape inference and the
     * evaluator take it to mean, if they know it.
     */
    public boolean understands(Node node) {
        return OperatorVersions.understood(node, opset());
    }

    /** The inputs that a run must supply, in order. */
    public List<Value> inputs() {
        return inputs;
    }

    /** The results, in order. */
    public List<Value> outputs() {
        return outputs;
    }

    /** The nodes; each reads only inputs, constants, and values of nodes before it. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The constants by name, in the order they were added. */
    public Map<String, Tensor> constants() {
        return constants;
    }

    /** The constant called {@code name}, if there is one. */
    public Optional<Tensor> constant(String name) {
        return Optional.ofNullable(constants.get(name));
    }

    /** The node that computes {@code value}; empty for an input or a constant. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that read {@code value}, also from inside their subgraphs, each once, in execution order. */
    public List<Node> consumers(String value) {
        return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
    }

    /** True when {@code value} is one of the graph's outputs. */
    public boolean isOutput(String value) {
        return outputNames.contains(value);
    }

    /** Name and counts; a printer prints the whole. */
    @Override
    public String toString() {
        return "graph %s (%d nodes, %d constants)".formatted(name, nodes.size(), constants.size());
    }

    /**
     * Whether a node may compute for as long as it likes: it holds a body, which a Loop repeats, or it is not of ONNX's
     * own domain, so that a function of the file may define it. Every other node's work follows from its operands.
     */
    public boolean mayRepeat() {
        return nodes.stream().anyMatch(node -> !node.domain().isEmpty() || node.hasSubgraphs());
    }
}
