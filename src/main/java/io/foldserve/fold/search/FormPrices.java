package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.NodeCosts;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Node;
import java.util.List;

/** What it takes to compute a value, with all that it needs of what was found before. Belongs to one fold. */
final class FormPrices {
    private final IslandCost costs;
    private final NodeCosts nodes;
    private final FoundForms found;

    FormPrices(IslandCost costs, NodeCosts nodes, FoundForms found) {
        this.costs = costs;
        this.nodes = nodes;
        this.found = found;
    }

    /** {@code forms}, all of {@code value}, the cheapest first. */
    List<PricedForm> sorted(List<Form> forms, String value) {
        return forms.stream()
                .map(form -> priced(form, value))
                .sorted(PricedForm.CHEAPEST)
                .toList();
    }

    /** {@code form}, a form of {@code value}. */
    PricedForm priced(Form form, String value) {
        return new PricedForm(form, bill(form, TermPartition.cheapest(form, value, costs), value));
    }

    /** That of {@code value} as {@code form}, of which {@code partition} is left. */
    CostByValue bill(Form form, TermPartition partition, String value) {
        List<String> sources =
                form.terms().stream().map(term -> term.source().value()).toList();
        return bill(value, partition.cost(), sources);
    }

    /** That of the value of {@code node} if nothing is done to it. */
    CostByValue asItIs(Node node) {
        return bill(node.output(), nodes.ofAll(node), found.read(node));
    }

    /** That of {@code value}, which takes {@code own} besides computing the values {@code read}. */
    CostByValue bill(String value, double own, List<String> read) {
        List<CostByValue> needed = read.stream()
                .filter(source -> !found.isBarrier(source))
                .flatMap(source -> found.find(source).stream())
                .map(ValueForms::bill)
                .toList();
        return CostByValue.of(value, own, needed);
    }
}
