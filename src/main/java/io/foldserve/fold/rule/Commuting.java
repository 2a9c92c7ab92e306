package io.foldserve.fold.rule;

import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The forms of a node that changes places with the terms before it. Stateless. */
final class Commuting {
    /** The name of all rules by which operators change places. */
    static final String NAME = "commute";

    private Commuting() {}

    /**
     * The forms of {@code node} that read, in place of each term of what it reads, what {@code rule} makes of that
     * term. Of a value itself nothing moves.
     */
    static List<Form> forms(Node node, Known known, Function<Term, Optional<Term>> rule) {
        return known.forms(node.inputs().get(0)).stream()
                .flatMap(form -> form(node, form, rule).stream())
                .toList();
    }

    /** What {@link #forms} makes of {@code form}. */
    static Optional<Form> form(Node node, Form form, Function<Term, Optional<Term>> rule) {
        if (form.isUnchanged() || !form.isSum()) {
            return Optional.empty();
        }
        List<Term> moved =
                form.terms().stream().flatMap(term -> rule.apply(term).stream()).toList();
        return moved.size() < form.terms().size()
                ? Optional.empty()
                : Optional.of(form.then(List.of(node), moved, NAME));
    }

    /** True when {@code node} reads one value that depends on data, its first input. */
    static boolean readsOne(Node node, Known known) {
        return known.read(node).equals(node.inputs().subList(0, 1));
    }
}
