package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.NodeCosts;
import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.facts.ValueTypes;
import io.foldserve.fold.rule.CommuteAverage;
import io.foldserve.fold.rule.CommuteResize;
import io.foldserve.fold.rule.CommuteView;
import io.foldserve.fold.rule.LiftLinear;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds, for every value of a training form, the exact ways in which it is a sum of terms, and what each would cost: from the
 * inputs on, the forms of a node's result from those of what it reads.
 *
 * <p>Structure and small constants only; no kernel is read. Not thread-safe; belongs to one fold.
 */
final class LinearForms {
    /**
     * What was found.
     *
     * @param forms of every value
     * @param ways in which to compute them
     * @param lift reads nodes as terms
     * @param refusals why nodes stay apart
     */
    record Result(FoundForms forms, Ways ways, LiftLinear lift, IslandRefusals refusals) {}

    private final Graph graph;
    private final ValueShapes shapes;
    private final ValueTypes types;
    private final UnaryOperator<List<Form>> order;
    private final FoundForms found;
    private final FormPrices prices;
    private final FormChoice choice;
    private final ComposedForms composed;
    private final JoinedForms joined;
    private final TileForms tiles;
    private final Result result;

    private LinearForms(GraphFacts facts, CostModel model, UnaryOperator<List<Form>> order) {
        this.graph = facts.graph();
        this.shapes = facts.shapes();
        this.types = facts.types();
        ConstantValues constants = facts.constants();
        this.order = order;
        LiftLinear lift = new LiftLinear(facts);
        IslandCost costs = new IslandCost(model, shapes.typical());
        NodeCosts nodes = new NodeCosts(graph, lift, costs);
        this.found = new FoundForms(graph, shapes);
        this.prices = new FormPrices(constants, lift, costs, nodes, found);
        IslandRefusals refusals = new IslandRefusals(graph, found, lift, costs);
        this.choice = new FormChoice(found, prices, refusals);
        this.composed = new ComposedForms(
                graph,
                found,
                lift,
                new CommuteAverage(constants, shapes),
                new CommuteView(constants, shapes),
                new CommuteResize(constants, shapes),
                shapes,
                refusals);
        this.joined = new JoinedForms(found, shapes, costs, refusals);
        this.tiles = new TileForms(graph, constants, shapes, found, refusals);
        this.result = new Result(found, new Ways(found, prices, costs, nodes), lift, refusals);
    }

    /**
     * Finds the forms of all values of the graph of {@code facts} that depend on data, at the prices of {@code model}.
     *
     * @param order in which to try the forms of a value, which does not change the result
     */
    static Result of(GraphFacts facts, CostModel model, UnaryOperator<List<Form>> order) {
        LinearForms search = new LinearForms(facts, model, order);
        facts.dataNodes().forEach(search::visit);
        return search.result;
    }

    private void visit(Node node) {
        List<String> data = prices.read(node);
        boolean several = node.outputs().size() > 1 && !node.is("Split");
        if (data.isEmpty() || several || !data.stream().allMatch(this::hasChannels)) {
            return;
        }
        String root = found.root(data.get(0));
        tiles.of(node, data).ifPresent(form -> tiled(node, form));
        if (isFloat32(root) && data.stream().allMatch(value -> found.root(value).equals(root))) {
            List<List<Form>> forms = compose(node, data);
            for (int i = 0; i < forms.size(); i++) {
                String output = node.outputs().get(i);
                List<Form> tried = order.apply(forms.get(i));
                if (!tried.isEmpty()) {
                    found.put(
                            output,
                            node.is("Split") ? choice.ofPart(node, root, output, tried) : choice.of(node, root, tried));
                }
            }
        }
    }

    private boolean hasChannels(String value) {
        return shapes.find(value).filter(shape -> shape.rank() >= 2).isPresent();
    }

    // What is written in place of an island computes in FLOAT32, and the types of a file are binding.
    private boolean isFloat32(String value) {
        return !graph.carried().isFromFile() || types.find(value).equals(Optional.of(DType.FLOAT32));
    }

    private List<List<Form>> compose(Node node, List<String> data) {
        if (data.size() == 1 && !node.is("Concat")) {
            return composed.of(node, data.get(0));
        }
        return data.size() == node.inputs().size() ? List.of(joined.of(node, data)) : List.of();
    }

    // The layer stands before the view that the sum reads, so its price is not on that bill. Nothing composes further.
    private void tiled(Node node, Form form) {
        PricedForm together = prices.priced(form, node.output());
        double apart = prices.asItIs(node).total()
                + found.find(form.summed(node.output()))
                        .map(layer -> layer.bill().total())
                        .orElse(0.0);
        if (isFloat32(form.terms().get(0).source().value()) && found.isClosed(form, node) && together.cost() < apart) {
            List<Form> itself = List.of(found.itself(node.output()));
            found.put(node.output(), new ValueForms(node.output(), itself, together.bill(), Optional.of(form)));
        }
    }
}
