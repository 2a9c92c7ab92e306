package io.foldserve.fold.term;

import io.foldserve.fold.result.LayerCost;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * A region of linear operators and the convolutions that take its place. One of a single operator and what it takes in
 * keeps that operator's node; it has no form, for nothing has to be known of its geometry. Immutable.
 *
 * @param value the value it computes
 * @param form the form chosen for the value, without terms if an operator is kept
 * @param terms the form's terms, merged where that pays
 * @param rules the rules applied, first to last
 * @param principal the convolution or product with the largest kernel, after which the result is named; the last node
 *     if there is none
 * @param cost what it is predicted to take, and was measured to; empty for one that was not chosen by its cost
 * @param kept the operator that stays, if it is that of a single one
 */
public record Island(
        String value,
        Form form,
        List<Term> terms,
        List<String> rules,
        Node principal,
        Optional<LayerCost> cost,
        Optional<KeptOperator> kept) {
    /** Copies the lists. */
    public Island {
        terms = List.copyOf(terms);
        rules = List.copyOf(rules);
    }

    /** An island that is written as {@code terms}. */
    public Island(
            String value, Form form, List<Term> terms, List<String> rules, Node principal, Optional<LayerCost> cost) {
        this(value, form, terms, rules, principal, cost, Optional.empty());
    }

    /** The island of {@code operator}, to which {@code rules} were applied, alone. */
    public static Island of(KeptOperator operator, List<String> rules) {
        Node node = operator.node();
        Form form = new Form(List.of(), List.of(node), rules, List.of());
        return new Island(node.output(), form, List.of(), rules, node, Optional.empty(), Optional.of(operator));
    }

    /** This island with {@code next} taken in by {@code rule}, which makes {@code operator} of the one that is kept. */
    public Island then(Node next, String rule, KeptOperator operator) {
        Form longer = form.then(List.of(next), List.of(), rule);
        return new Island(next.output(), longer, terms, longer.rules(), principal, cost, Optional.of(operator));
    }

    /** This island with {@code next} taken in by {@code rule}, which makes {@code others} of its terms. */
    public Island then(Node next, String rule, List<Term> others) {
        Form longer = form.then(List.of(next), others, rule);
        return new Island(next.output(), longer, others, longer.rules(), principal, cost, kept);
    }

    /** The nodes of the training form that it stands for. */
    public List<Node> nodes() {
        return form.nodes();
    }

    /** The name of the operator that computes {@code term} number {@code index}. */
    public String name(int index) {
        return index == 0 ? principal.name() : principal.name() + "/term" + index;
    }

    /** The name of the node that adds term number {@code index} to those before it. */
    public String sum(int index) {
        return principal.name() + "/sum" + index;
    }
}
