package io.foldserve.graph;

import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final int opset;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final List<Node> nodes;
    private final Map<String, Tensor> constants;
    private final Map<String, Node> producers;
    private final Map<String, List<Node>> consumers;

    /** Copies the collections; a verifier says whether the result is well formed. */
    public Graph(
            String name,
            int opset,
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Tensor> constants) {
        this.name = name;
        this.opset = opset;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.nodes = List.copyOf(nodes);
        this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        this.producers = new HashMap<>();
        this.consumers = new HashMap<>();
        for (Node node : this.nodes) {
            node.outputs().forEach(output -> producers.put(output, node));
            node.inputs().stream().distinct().forEach(input -> consumers
                    .computeIfAbsent(input, ignored -> new ArrayList<>())
                    .add(node));
        }
    }

    /** The network's name. */
    public String name() {
        return name;
    }

    /** The version of ONNX's operator set that the nodes follow. */
    public int opset() {
        return opset;
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

    /** The nodes that read {@code value}, each once, in execution order. */
    public List<Node> consumers(String value) {
        return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
    }

    /** True when {@code value} is one of the graph's outputs. */
    public boolean isOutput(String value) {
        return outputs.stream().anyMatch(output -> output.name().equals(value));
    }

    /** Name and counts; a printer prints the whole. */
    @Override
    public String toString() {
        return "graph %s (%d nodes, %d constants)".formatted(name, nodes.size(), constants.size());
    }
}
