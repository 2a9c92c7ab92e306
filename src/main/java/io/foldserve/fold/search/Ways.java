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

/** The ways to compute the values of which forms were found. Belongs to one fold. */
final class Ways {
    private final FoundForms found;
    private final FormPrices prices;
    private final IslandCost costs;
    private final NodeCosts nodes;

    Ways(FoundForms found, FormPrices prices, IslandCost costs, NodeCosts nodes) {
        this.found = found;
        this.prices = prices;
        this.costs = costs;
        this.nodes = nodes;
    }

    /** The way to compute the value of {@code node}, of which forms were found, that is predicted to be cheapest. */
    Way best(Node node) {
        String value = node.output();
        ValueForms known = found.find(value).orElseThrow();
        return known.best()
                .map(form -> way(form, value, TermPartition.cheapest(form, value, costs)))
                .orElseGet(() -> asItIs(node));
    }

    /** The ways known to compute the value of {@code node} that leave no one without a value. */
    List<Way> all(Node node) {
        String value = node.output();
        List<Form> closed = found.find(value).orElseThrow().forms().stream()
                .filter(form -> !form.nodes().isEmpty() && found.isClosed(form, node))
                .filter(form -> form.nodes().size() > 1 || form.ordinary())
                .toList();
        List<Way> ways = new ArrayList<>();
        closed.forEach(form ->
                TermPartition.all(form, value, costs).forEach(partition -> ways.add(way(form, value, partition))));
        if (closed.stream().noneMatch(Form::ordinary)) {
            ways.add(asItIs(node));
        }
        return ways;
    }

    private Way way(Form form, String value, TermPartition partition) {
        double cost = prices.bill(form, partition, value).total();
        return new Way(Optional.of(form), partition.terms(), cost);
    }

    private Way asItIs(Node node) {
        CostByValue bill = prices.bill(node.output(), nodes.of(node), found.dataInputs(node));
        return new Way(Optional.empty(), List.of(), bill.total());
    }

    /** What {@code form} is predicted to take with its terms {@code merged}, and its nodes as they are. */
    LayerCost cost(Form form, List<Term> merged, String value, Optional<TimedPair> pair) {
        double trained = form.nodes().stream().mapToDouble(nodes::of).sum();
        return new LayerCost(trained, TermPartition.cost(form, merged, value, costs), pair);
    }
}
