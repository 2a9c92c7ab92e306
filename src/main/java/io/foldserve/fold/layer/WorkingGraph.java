package io.foldserve.fold.layer;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folded graph in the making: the nodes of a training form that compute on data, and the layers among them. The rules
 * rewrite it; the training form itself never changes.
 *
 * <p>Not thread-safe; belongs to one fold.
 */
public final class WorkingGraph {
    private final GraphFacts facts;
    private final Graph training;
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    private final Map<String, String> producers = new HashMap<>();
    private final Map<String, List<String>> readers = new HashMap<>();

    /** Starts from the graph of {@code facts}, with nothing folded. */
    public WorkingGraph(GraphFacts facts) {
        this.facts = facts;
        this.training = facts.graph();
        this.constants = facts.constants();
        this.shapes = facts.shapes().typical();
        LinearOperators operators = new LinearOperators(constants, shapes);
        training.nodes().stream().filter(node -> !constants.computes(node)).forEach(node -> {
            put(node);
            if (Operators.isLinear(node) && training.understands(node)) {
                operators
                        .whyNot(node)
                        .ifPresentOrElse(
                                reason -> refusals.put(node.name(), reason),
                                () -> layers.put(node.name(), operators.layer(node)));
            }
        });
    }

    private void put(Node node) {
        nodes.put(node.name(), node);
        node.outputs().forEach(output -> producers.put(output, node.name()));
        node.reads().forEach(input -> readers.computeIfAbsent(input, ignored -> new ArrayList<>())
                .add(node.name()));
    }

    private void drop(Node node) {
        nodes.remove(node.name());
        node.outputs().forEach(producers::remove);
        node.reads().forEach(input -> readers(input).remove(node.name()));
    }

    private List<String> readers(String value) {
        return readers.getOrDefault(value, List.of());
    }

    /** The facts of the training form. */
    public GraphFacts facts() {
        return facts;
    }

    public Graph training() {
        return training;
    }

    public ConstantValues constants() {
        return constants;
    }

    /** The typical shapes of the training form's values, see {@link ValueShapes}. */
    public Map<String, Shape> shapes() {
        return shapes;
    }

    /** The nodes that compute on data, in execution order. */
    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** The node called {@code name}, unless it was dissolved. */
    public Optional<Node> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** The node that computes {@code value} from data; empty for inputs and constant values. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value)).flatMap(this::node);
    }

    /** The layer called {@code name}, if its operator is one that rules can compose. */
    public Optional<Layer> layer(String name) {
        return Optional.ofNullable(layers.get(name));
    }

    /** Why the linear operator {@code node} is not a layer, if so. */
    public Optional<String> refusal(Node node) {
        return Optional.ofNullable(refusals.get(node.name()));
    }

    /** Replaces the layer of the same name. */
    public void put(Layer layer) {
        layers.put(layer.node().name(), layer);
    }

    /** The nodes that read {@code value} other than {@code reader}, and the graph's caller if it is an output. */
    public List<String> otherReaders(String value, Node reader) {
        List<String> others = otherNodes(value, reader);
        if (training.isOutput(value)) {
            others.add("the graph's caller");
        }
        return others;
    }

    private List<String> otherNodes(String value, Node reader) {
        List<String> others = new ArrayList<>(readers(value));
        others.remove(reader.name());
        return others;
    }

    /** Why {@code value} of {@code producer} is not {@code reader}'s alone, if so. */
    public Optional<String> whyNotAlone(Node reader, String value, Node producer) {
        List<String> others = otherNodes(value, reader);
        boolean output = training.isOutput(value);
        return others.isEmpty() && !output
                ? Optional.empty()
                : Optional.of(Reasons.alsoRead(reader, value, producer, others, output));
    }

    /** Why {@code node} cannot be left out, handing its input {@code value} to its readers, if so. */
    public Optional<String> whyNotDissolve(Node node, String value) {
        for (String extra : node.outputs().subList(1, node.outputs().size())) {
            if (!extra.isEmpty() && !otherReaders(extra, node).isEmpty()) {
                return Optional.of(extraOutputRead(node, extra, otherReaders(extra, node)));
            }
        }
        for (String name : List.of(node.output(), value)) {
            Optional<Node> capturing = capturing(name);
            if (capturing.isPresent()) {
                return Optional.of(captured(node, name, capturing.get()));
            }
        }
        boolean nameable = producer(value).isPresent() && !training.isOutput(value);
        return training.isOutput(node.output()) && !nameable
                ? Optional.of(outputKeepsName(node, value))
                : Optional.empty();
    }

    private Optional<Node> capturing(String value) {
        return readers(value).stream()
                .flatMap(reader -> node(reader).stream())
                .filter(reader -> reader.captures().contains(value))
                .findFirst();
    }

    /**
     * Leaves {@code node} out: its readers read its input {@code value} instead. A graph output keeps its name, which
     * then becomes that of {@code value}. Only if {@link #whyNotDissolve} is empty.
     */
    public void dissolve(Node node, String value) {
        drop(node);
        if (training.isOutput(node.output())) {
            rename(value, node.output());
            producer(value).ifPresent(producer -> replace(producer, renamed(producer, value, node.output())));
        } else {
            rename(node.output(), value);
        }
    }

    private void rename(String from, String to) {
        for (String reader : List.copyOf(readers(from))) {
            node(reader).ifPresent(node -> replace(node, node.withInputs(swap(node.inputs(), from, to))));
        }
    }

    // LinkedHashMap keeps the place of a key that is put again, hence the execution order.
    private void replace(Node old, Node replacement) {
        old.outputs().forEach(producers::remove);
        old.reads().forEach(input -> readers(input).remove(old.name()));
        put(replacement);
    }

    private static Node renamed(Node node, String from, String to) {
        return new Node(
                node.name(),
                node.domain(),
                node.op(),
                node.inputs(),
                swap(node.outputs(), from, to),
                node.attributes());
    }

    private static List<String> swap(List<String> names, String from, String to) {
        return names.stream().map(name -> name.equals(from) ? to : name).toList();
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
