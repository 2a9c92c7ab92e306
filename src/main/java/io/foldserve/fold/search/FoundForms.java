package io.foldserve.fold.search;

import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.rule.Known;
import io.foldserve.fold.rule.Lifts;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The forms found so far, and what of a value others may read: a barrier as it is, any other value in each of its
 * forms.
 *
 * <p>A value that is an output, or that no linear node computes, is a barrier: a term may read it, but not what is
 * behind it.
 *
 * <p>Not thread-safe; belongs to one fold.
 */
final class FoundForms implements Known {
    private final Graph graph;
    private final ValueShapes shapes;
    private final GraphFacts facts;
    private final Lifts lifts;
    private final IslandCost costs;
    private final Map<String, ValueForms> found = new HashMap<>();

    FoundForms(GraphFacts facts, Lifts lifts, IslandCost costs) {
        this.facts = facts;
        this.graph = facts.graph();
        this.shapes = facts.shapes();
        this.lifts = lifts;
        this.costs = costs;
    }

    @Override
    public GraphFacts facts() {
        return facts;
    }

    @Override
    public Lifts lifts() {
        return lifts;
    }

    @Override
    public List<String> read(Node node) {
        return lifts.isCandidate(node) && lifts.nodes(node).size() > 1
                ? List.of(lifts.operand(node))
                : dataInputs(node);
    }

    /** The values that {@code node} itself reads and that depend on data. */
    List<String> dataInputs(Node node) {
        return node.inputs().stream()
                .filter(input -> !input.isEmpty() && !facts.constants().contains(input))
                .toList();
    }

    @Override
    public boolean isLinear(String value) {
        return found.containsKey(value);
    }

    @Override
    public List<Term> cheapest(Form form, String value) {
        return TermPartition.cheapest(form, value, costs).terms();
    }

    void put(String value, ValueForms forms) {
        found.put(value, forms);
    }

    /** What was found of {@code value}, if a node computes it that is linear in one value. */
    Optional<ValueForms> find(String value) {
        return Optional.ofNullable(found.get(value));
    }

    /** True when {@code value} is read as it is, whatever computes it. */
    boolean isBarrier(String value) {
        return !found.containsKey(value) || graph.isOutput(value);
    }

    @Override
    public boolean isShared(String value) {
        return isBarrier(value) || graph.consumers(value).size() != 1;
    }

    @Override
    public String root(String value) {
        return isBarrier(value) ? value : find(value).map(ValueForms::root).orElse(value);
    }

    @Override
    public List<Form> forms(String value) {
        return isBarrier(value)
                ? List.of(itself(value))
                : find(value).orElseThrow().forms();
    }

    /** The form of {@code value} that reads it as it is. */
    Form itself(String value) {
        Shape shape = shapes.find(value).orElseThrow();
        return Form.of(Term.identity(TermInput.of(value), shape.extent(1), shape.rank() - 2));
    }

    /**
     * True when nobody outside of {@code form}, which ends in {@code last}, reads what is inside, and no term does
     * either.
     */
    boolean isClosed(Form form, Node last) {
        // By name: nodes are long to compare.
        Set<String> names = form.nodes().stream().map(Node::name).collect(Collectors.toSet());
        Set<String> inside = form.nodes().stream()
                .filter(node -> !node.name().equals(last.name()))
                .flatMap(node -> node.outputs().stream())
                .collect(Collectors.toSet());
        return form.terms().stream()
                        .noneMatch(term -> inside.contains(term.source().value()))
                && inside.stream().noneMatch(value -> isReadOutside(value, names));
    }

    private boolean isReadOutside(String value, Set<String> nodes) {
        return graph.isOutput(value)
                || graph.consumers(value).stream().anyMatch(reader -> !nodes.contains(reader.name()));
    }

    /** True when some value could be computed in another way than by an operator that takes in what follows it. */
    boolean hasChoice() {
        return found.entrySet().stream().anyMatch(entry -> {
            Node node = graph.producer(entry.getKey()).orElseThrow();
            return entry.getValue().forms().stream()
                    .filter(form -> form.nodes().size() > 1 && !form.keepsOperator() && !form.onlyFollows())
                    .anyMatch(form -> isClosed(form, node));
        });
    }
}
