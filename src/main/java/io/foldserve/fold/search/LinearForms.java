package io.foldserve.fold.search;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.NodeCosts;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.facts.FoldedTypes;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.facts.ValueTypes;
import io.foldserve.fold.rule.Lifts;
import io.foldserve.fold.rule.Outcome;
import io.foldserve.fold.rule.Rule;
import io.foldserve.fold.rule.Rules;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Finds, for every value of a training form, the exact ways in which it is a sum of terms, and what each would cost:
 * from the inputs on, the forms of a node's result from those of what it reads.
 *
 * <p>Structure and small constants only; no kernel is read. Not thread-safe; belongs to one fold.
 */
final class LinearForms {
    // Each form names its nodes, so that a longer run would take its square in time; no network is linear for so long.
    private static final int LONGEST = 128;

    // And each pair of its terms is tried, of each geometry.
    private static final int WIDEST = 24;

    /**
     * What was found.
     *
     * @param forms of every value
     * @param candidates to compute them
     * @param lifts reads nodes as terms
     * @param refusals why nodes stay apart
     * @param clock what rules were tried, and how long that took
     */
    record Result(FoundForms forms, Candidates candidates, Lifts lifts, IslandRefusals refusals, RuleClock clock) {}

    private final Graph graph;
    private final ValueShapes shapes;
    private final ValueTypes types;
    private final UnaryOperator<List<Form>> order;
    private final FoundForms found;
    private final Candidates candidates;
    private final FormChoice choice;
    private final Rules rules;
    private final RuleClock clock = new RuleClock();
    private final IslandRefusals refusals;
    private final Result result;

    private LinearForms(GraphFacts facts, CostModel model, UnaryOperator<List<Form>> order) {
        this.graph = facts.graph();
        this.shapes = facts.shapes();
        this.types = facts.types();
        this.order = order;
        this.rules = Rules.of(facts);
        Lifts lifts = rules.lifts();
        IslandCost costs = new IslandCost(model, shapes.typical());
        NodeCosts nodes = new NodeCosts(graph, lifts, costs);
        this.found = new FoundForms(facts, lifts, costs);
        this.candidates = new Candidates(found, costs, nodes);
        this.refusals = new IslandRefusals(graph, found, lifts, costs);
        this.choice = new FormChoice(found, candidates, refusals);
        this.result = new Result(found, candidates, lifts, refusals, clock);
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
        List<String> data = found.read(node);
        boolean several = node.outputs().size() > 1 && !node.is("Split");
        if (data.isEmpty() || several || !data.stream().allMatch(this::hasChannels)) {
            return;
        }
        String root = found.root(data.get(0));
        boolean together = hasFoldedType(root)
                && data.stream().allMatch(value -> found.root(value).equals(root));
        List<List<Form>> forms = new ArrayList<>();
        for (Rule rule : rules.at(node)) {
            if (rule.readsBehindBarriers()) {
                forms(rule, node).forEach(found -> found.forEach(form -> tiled(node, form)));
            } else if (together) {
                forms = joined(forms, forms(rule, node));
            }
        }
        for (int i = 0; i < forms.size(); i++) {
            remember(node, root, i, order.apply(forms.get(i)));
        }
    }

    private List<List<Form>> forms(Rule rule, Node node) {
        Outcome outcome = clock.apply(rule, node, found);
        if (outcome instanceof Outcome.Refused refused) {
            refused.refusals().forEach(refusal -> refusals.refuse(node, refusal.rule(), refusal.reason()));
        }
        if (outcome instanceof Outcome.Found forms) {
            forms.refusals().forEach(refusal -> refusals.refuse(node, refusal.rule(), refusal.reason()));
            return forms.forms();
        }
        return List.of();
    }

    // Only a node of one output has forms by several rules.
    private static List<List<Form>> joined(List<List<Form>> some, List<List<Form>> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.isEmpty() ? others : some;
        }
        return List.of(
                Stream.concat(some.get(0).stream(), others.get(0).stream()).toList());
    }

    private void remember(Node node, String root, int output, List<Form> forms) {
        if (forms.isEmpty()) {
            return;
        }
        String value = node.outputs().get(output);
        Optional<String> tooMuch =
                forms.stream().flatMap(form -> tooMuch(node, form).stream()).findFirst();
        if (tooMuch.isPresent()) {
            refusals.refuse(node, Lifts.NAME, tooMuch.get());
            return;
        }
        found.put(value, node.is("Split") ? choice.ofPart(node, root, value, forms) : choice.of(node, root, forms));
    }

    // Its value is then read as it is, and what follows begins anew.
    private static Optional<String> tooMuch(Node node, Form form) {
        if (form.nodes().size() > LONGEST) {
            return Optional.of(
                    "%s ends a run of more than %d nodes without an activation, and what follows stays apart."
                            .formatted(at(node), LONGEST));
        }
        return form.terms().size() > WIDEST && TermPartition.kinds(form.terms()) > WIDEST
                ? Optional.of("%s adds branches of more than %d geometries up, and what follows stays apart."
                        .formatted(at(node), WIDEST))
                : Optional.empty();
    }

    private boolean hasChannels(String value) {
        return shapes.find(value).filter(shape -> shape.rank() >= 2).isPresent();
    }

    private boolean hasFoldedType(String value) {
        return FoldedTypes.of(graph, () -> types.find(value)).isPresent();
    }

    // The layer stands before the view that the sum reads, so its cost is not among those of the value. Nothing
    // composes further.
    private void tiled(Node node, Form form) {
        Candidate together = candidates.cheapest(form, node.output());
        double apart = candidates.untouched(node).total()
                + found.find(form.summed(node.output()))
                        .map(layer -> layer.costs().total())
                        .orElse(0.0);
        if (hasFoldedType(form.terms().get(0).source().value())
                && found.isClosed(form, node)
                && together.cost() < apart) {
            List<Form> itself = List.of(found.itself(node.output()));
            found.put(node.output(), new ValueForms(node.output(), itself, together.costs(), Optional.of(form)));
        }
    }
}
