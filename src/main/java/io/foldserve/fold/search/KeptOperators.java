package io.foldserve.fold.search;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.rule.LinearOperator;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.rule.NoOps;
import io.foldserve.fold.rule.PostAffine;
import io.foldserve.fold.rule.Renaming;
import io.foldserve.fold.rule.WeightProgram;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets operators that keep their place take in what follows them, one node after another in execution order: no shape
 * and no price has to be known for that. So does an island that is written as one operator.
 *
 * <p>Not thread-safe; belongs to one plan.
 */
final class KeptOperators {
    // Each is composed of the one before it, on the stack.
    private static final int MOST = 128;

    private final GraphFacts facts;
    private final Graph graph;
    private final LinearOperators operators;

    /** By the name of the operator or, of an island of several, of its principal node. */
    private final Map<String, Island> islands = new HashMap<>();

    private final Set<String> inside = new HashSet<>();
    private final Map<String, String> refusals = new HashMap<>();
    private final Map<String, Node> producers = new HashMap<>();
    private final List<Declined> declined = new ArrayList<>();
    private final Renaming names;

    private KeptOperators(GraphFacts facts) {
        this.facts = facts;
        this.graph = facts.graph();
        this.names = new Renaming(graph);
        this.operators = new LinearOperators(facts.constants(), facts.shapes().typical());
    }

    /** What becomes of {@code training} beside and after the islands {@code searched}, once every node was visited. */
    static KeptOperators of(GraphFacts training, List<Island> searched) {
        KeptOperators kept = new KeptOperators(training);
        searched.forEach(kept::put);
        Map<String, String> staying = NoOps.refusals(training);
        for (Node node : training.dataNodes()) {
            Optional.ofNullable(staying.get(node.name()))
                    .ifPresent(reason -> kept.decline(node, NoOps.ENTRY.name(), reason));
            if (!kept.inside.contains(node.name())) {
                kept.visit(node);
            }
        }
        return kept;
    }

    private void put(Island island) {
        Node last = island.nodes().get(island.nodes().size() - 1);
        islands.put(island.name(0), island);
        island.nodes().forEach(node -> inside.add(node.name()));
        if (isOneOperator(island)) {
            producers.put(island.value(), island.principal());
        } else {
            refusals.put(last.name(), "%s is written as several operators.".formatted(at(last)));
        }
    }

    private static boolean isOneOperator(Island island) {
        Term term = island.terms().get(0);
        return island.terms().size() == 1
                && island.form().isSum()
                && Operators.isLinear(island.principal())
                && !term.identity()
                && !term.source().last()
                && !term.source().isConstant()
                && !term.viewsAfter();
    }

    private void visit(Node node) {
        if (Operators.isLinear(node)) {
            operators.whyNot(node).ifPresentOrElse(reason -> refuse(node, reason), () -> keep(node));
        } else if (node.is("BatchNormalization")) {
            FoldBatchNorm.visit(node, this);
        } else if (node.is("Add")) {
            FoldMatMulBias.visit(node, this);
        }
    }

    private void keep(Node node) {
        LinearOperator operator = operators.operator(node);
        islands.put(
                node.name(),
                Island.of(operator.kept(), operator.program().stream().toList()));
    }

    private void refuse(Node node, String reason) {
        refusals.put(node.name(), reason);
        decline(node, WeightProgram.NAME, reason);
    }

    /** Every island, of an operator that keeps its place only if a rule was applied to it. */
    Collection<Island> islands() {
        return islands.values().stream()
                .filter(island -> island.kept().isEmpty() || !island.rules().isEmpty())
                .toList();
    }

    /** Where an operator could take nothing in, or a node stays, in execution order. */
    List<Declined> declined() {
        return List.copyOf(declined);
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

    /** The island of {@code node}, if it is written as one operator that can take others in. */
    Optional<Island> island(Node node) {
        return Optional.ofNullable(islands.get(node.name()))
                .filter(island -> island.kept().isPresent() || isOneOperator(island));
    }

    /** The number of output channels of {@code island}. */
    static int outputs(Island island) {
        return island.kept()
                .map(kept -> kept.layout().outputs())
                .orElseGet(() -> island.terms().get(0).outputs());
    }

    /** Why the linear operator {@code node} can take nothing in, if so. */
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

    /** Why {@code island} takes in no more, {@code reader} for one, if so. */
    static Optional<String> whyNotMore(Node reader, Island island) {
        int most = island.kept().isPresent() ? MOST : 2 * MOST;
        return island.nodes().size() <= most
                ? Optional.empty()
                : Optional.of("%s follows %s, which has taken in %d nodes already."
                        .formatted(at(reader), at(island.principal()), most));
    }

    /** Why {@code node} cannot be left out, its readers reading {@code value} instead, if so. */
    Optional<String> whyNotLeftOut(Node node, String value) {
        return Renaming.whyNotLeftOut(graph, node, value);
    }

    /** {@code node} stays as it is, for {@code rule} does not hold there because of {@code reason}. */
    void decline(Node node, String rule, String reason) {
        declined.add(new Declined(node.name(), rule, reason));
    }

    /** {@code node}, an affine {@code map} of each channel, becomes part of {@code island}, which is before it. */
    void takeIn(Island island, Node node, String rule, Weights map) {
        Optional<KeptOperator> kept = island.kept()
                .map(operator -> operator.with(
                        true, () -> PostAffine.scale(map, operator.weights().get())));
        kept.ifPresent(operator -> names.leaveOut(node, operator.node().output()));
        islands.put(
                island.name(0),
                kept.map(operator -> island.then(node, rule, operator)).orElseGet(() -> {
                    Term affine = affine(node, map);
                    return island.then(node, rule, PostAffine.apply(affine, island.terms()));
                }));
        producers.put(node.output(), island.principal());
    }

    private Term affine(Node node, Weights map) {
        return Term.diagonal(
                TermInput.of(node.inputs().get(0)), shape(node.output()).orElseThrow(), map);
    }
}
