package io.foldserve.fold.term;

import io.foldserve.fold.result.LayerCost;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * A region of linear operators and the convolutions that take its place. Immutable.
 *
 * @param value the value it computes
 * @param form the form chosen for the value
 * @param terms the form's terms, merged where that pays
 * @param rules the rules applied, first to last
 * @param principal the convolution or product with the largest kernel, after which the result is named; the last node
 *     if there is none
 * @param cost what it is predicted to take, and was measured to; empty for one that was not chosen by its cost
 */
public record Island(
        String value, Form form, List<Term> terms, List<String> rules, Node principal, Optional<LayerCost> cost) {
    /** Copies the lists. */
    public Island {
        terms = List.copyOf(terms);
        rules = List.copyOf(rules);
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
