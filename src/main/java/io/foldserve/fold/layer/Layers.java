package io.foldserve.fold.layer;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.rule.AbsorbedAffine;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.rule.WeightProgram;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of a graph while they take in what follows them, one node after another in execution order. Not
 * thread-safe; belongs to one plan.
 */
final class Layers {
    // Each is composed of the one before it, on the stack.
    private static final int MOST = 128;

    private final GraphFacts facts;
    private final Graph graph;
    private final LinearOperators operators;
    private final Map<String, Layer> layers = new HashMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    private final Map<String, Node> producers = new HashMap<>();
    private final List<Declined> declined = new ArrayList<>();
    private final Renaming names;

    private Layers(GraphFacts facts) {
        this.facts = facts;
        this.graph = facts.graph();
        this.names = new Renaming(graph);
        this.operators = new LinearOperators(facts.constants(), facts.shapes().typical());
    }

    /** What becomes of the graph of {@code training} once every node was visited. */
    static LayerPlan settled(NoOps training) {
        Layers layers = new Layers(training.facts());
        for (Node node : layers.facts.dataNodes()) {
            Optional.ofNullable(training.refusals().get(node.name()))
                    .ifPresent(reason -> layers.decline(node, NoOps.ENTRY.name(), reason));
            layers.visit(node);
        }
        List<Node> data = layers.graph.nodes().stream()
                .filter(node -> !layers.constants().computes(node))
                .toList();
        return new LayerPlan(layers.facts, layers.names.apply(data), layers.layers, layers.declined);
    }

    private void visit(Node node) {
        if (Operators.isLinear(node)) {
            operators
                    .whyNot(node)
                    .ifPresentOrElse(
                            reason -> refuse(node, reason), () -> layers.put(node.name(), operators.layer(node)));
        } else if (node.is("BatchNormalization")) {
            FoldBatchNorm.visit(node, this);
        } else if (node.is("Add")) {
            FoldMatMulBias.visit(node, this);
        }
    }

    private void refuse(Node node, String reason) {
        refusals.put(node.name(), reason);
        decline(node, WeightProgram.NAME, reason);
    }

    ConstantValues constants() {
        return facts.constants();
    }

    /** The typical shape of {@code value}, if it is known. */
    Optional<Shape> shape(String value) {
        return facts.shapes().find(value);
    }

    /** The node that makes {@code value} of data, with all that it has taken in. */
    Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value)).or(() -> graph.producer(value));
    }

    /** The layer of {@code node}, if its operator is one that can take others in. */
    Optional<Layer> layer(Node node) {
        return Optional.ofNullable(layers.get(node.name()));
    }

    /** Why the linear operator {@code node} is not a layer, if so. */
    Optional<String> refusal(Node node) {
        return Optional.ofNullable(refusals.get(node.name()));
    }

    /** Why {@code value}, which {@code producer} makes, is not for {@code reader} alone, if so. */
    Optional<String> whyNotAlone(Node reader, String value, Node producer) {
        List<String> others =
                new ArrayList<>(graph.consumers(value).stream().map(Node::name).toList());
        others.remove(reader.name());
        boolean output = graph.isOutput(value);
        return others.isEmpty() && !output
                ? Optional.empty()
                : Optional.of(Reasons.alsoRead(reader, names.of(value), producer, others, output));
    }

    /** Why {@code layer} takes in no more, {@code reader} for one, if so. */
    static Optional<String> whyNotMore(Node reader, Layer layer) {
        return layer.affines().size() < MOST
                ? Optional.empty()
                : Optional.of("%s follows %s, which has taken in %d nodes already."
                        .formatted(at(reader), at(layer.node()), MOST));
    }

    /** Why {@code node} cannot be left out, its readers reading {@code value} instead, if so. */
    Optional<String> whyNotLeftOut(Node node, String value) {
        return Renaming.whyNotLeftOut(graph, node, value);
    }

    /** {@code node} stays as it is, for {@code rule} does not hold there because of {@code reason}. */
    void decline(Node node, String rule, String reason) {
        declined.add(new Declined(node.name(), rule, reason));
    }

    /** {@code node} becomes part of {@code layer}, which is before it, as {@code affine}. */
    void takeIn(Layer layer, AbsorbedAffine affine) {
        Node node = affine.node();
        layers.put(layer.node().name(), layer.then(affine));
        producers.put(node.output(), layer.node());
        names.leaveOut(node, layer.node().output());
    }
}
