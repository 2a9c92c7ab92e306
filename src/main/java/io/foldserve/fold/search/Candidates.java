package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.NodeCosts;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.result.LayerCost;
import io.foldserve.fold.result.TimedPair;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The candidates to compute values of which forms were found, with all that they need. Belongs to one fold. */
final class Candidates {
    private final FoundForms found;
    private final IslandCost costs;
    private final NodeCosts nodes;

    Candidates(FoundForms found, IslandCost costs, NodeCosts nodes) {
        this.found = found;
        this.costs = costs;
        this.nodes = nodes;
    }

    /** A candidate for each of {@code forms}, all of {@code value}, the cheapest first. */
    List<Candidate> sorted(List<Form> forms, String value) {
        return forms.stream()
                .map(form -> cheapest(form, value))
                .sorted(Candidate.CHEAPEST)
                .toList();
    }

    /** {@code form}, a form of {@code value}, with its terms merged where that pays. */
    Candidate cheapest(Form form, String value) {
        return candidate(form, value, TermPartition.cheapest(form, value, costs));
    }

    private Candidate candidate(Form form, String value, TermPartition partition) {
        List<String> sources =
                form.terms().stream().map(term -> term.source().value()).toList();
        return new Candidate(form, partition.terms(), costs(value, partition.cost(), sources));
    }

    /** The candidate to compute the value of {@code node}, of which forms were found, that is chosen by prediction. */
    Candidate best(Node node) {
        return found.find(node.output())
                .orElseThrow()
                .best()
                .map(form -> cheapest(form, node.output()))
                .orElseGet(() -> asItIs(node));
    }

    /** The candidates to compute the value of {@code node} that leave no one without a value. */
    List<Candidate> all(Node node) {
        String value = node.output();
        List<Form> closed = found.find(value).orElseThrow().forms().stream()
                .filter(form -> !form.nodes().isEmpty() && found.isClosed(form, node))
                .filter(form -> form.nodes().size() > 1 || form.keepsOperator())
                .toList();
        List<Candidate> candidates = new ArrayList<>();
        closed.forEach(form -> TermPartition.all(form, value, costs)
                .forEach(partition -> candidates.add(candidate(form, value, partition))));
        if (closed.stream().noneMatch(Form::keepsOperator)) {
            candidates.add(asItIs(node));
        }
        return candidates;
    }

    private Candidate asItIs(Node node) {
        CostByValue alone = costs(node.output(), nodes.of(node), found.dataInputs(node));
        return new Candidate(found.itself(node.output()), List.of(), alone);
    }

    /** What the value of {@code node} takes if nothing is done to it and those with which it is one operator. */
    CostByValue untouched(Node node) {
        return costs(node.output(), nodes.ofAll(node), found.read(node));
    }

    /** What {@code value} takes, {@code own} besides computing the values {@code read}. */
    private CostByValue costs(String value, double own, List<String> read) {
        List<CostByValue> needed = read.stream()
                .filter(source -> !found.isBarrier(source))
                .flatMap(source -> found.find(source).stream())
                .map(ValueForms::costs)
                .toList();
        return CostByValue.of(value, own, needed);
    }

    /** What {@code form} is predicted to take with its terms {@code merged}, and its nodes as they are. */
    LayerCost cost(Form form, List<Term> merged, String value, Optional<TimedPair> timed) {
        double trained = form.nodes().stream().mapToDouble(nodes::of).sum();
        return new LayerCost(trained, TermPartition.cost(form, merged, value, costs), timed);
    }
}
