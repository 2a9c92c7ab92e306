package io.foldserve.fold.search;

import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.rule.BranchReasons;
import io.foldserve.fold.rule.ConcatTerms;
import io.foldserve.fold.rule.PostAffine;
import io.foldserve.fold.rule.SumTerms;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The forms of a node that joins several values of one island: sums by R6, concatenations by R7. Belongs to one fold. */
final class JoinedForms {
    private final FoundForms forms;
    private final ValueShapes shapes;
    private final IslandCost costs;
    private final IslandRefusals refusals;

    JoinedForms(FoundForms forms, ValueShapes shapes, IslandCost costs, IslandRefusals refusals) {
        this.forms = forms;
        this.shapes = shapes;
        this.costs = costs;
        this.refusals = refusals;
    }

    /** The forms of {@code node}, which reads {@code values} and nothing else; none if it is not linear. */
    List<Form> of(Node node, List<String> values) {
        if (values.size() == 2 && (node.is("Add") || node.is("Sub"))) {
            return shapes.same(values.get(0), values.get(1)) ? sums(node, values.get(0), values.get(1)) : List.of();
        }
        return node.is("Concat") ? concatenations(node, values) : List.of();
    }

    private List<Form> sums(Node node, String left, String right) {
        List<Form> results = new ArrayList<>();
        for (Form a : forms.forms(left)) {
            for (Form b : forms.forms(right)) {
                if (!a.isSum()
                        || !b.isSum()
                        || !sameFrame(a, b)
                        || !sameExtents(node, a.terms().get(0), b.terms().get(0))) {
                    continue;
                }
                List<Term> terms = new ArrayList<>(a.terms());
                terms.addAll(node.is("Add") ? b.terms() : negated(b.terms()));
                results.add(a.with(b, node, terms, SumTerms.NAME));
            }
        }
        return results;
    }

    // The channels of all terms of a form are on one axis; which, no sum can mix.
    private static boolean sameFrame(Form a, Form b) {
        return a.terms().get(0).frame().equals(b.terms().get(0).frame());
    }

    // Of an open size that is equal for some extents only, one kernel would be wrong for the others.
    private boolean sameExtents(Node node, Term a, Term b) {
        boolean same = shapes.isFixed(node.output())
                || !a.source().equals(b.source())
                || IntStream.range(0, a.axes().size())
                        .allMatch(
                                axis -> a.axes().get(axis).hasExtentsOf(b.axes().get(axis)));
        if (!same) {
            refusals.refuse(node, SumTerms.NAME, BranchReasons.openExtents(node));
        }
        return same;
    }

    private static List<Term> negated(List<Term> terms) {
        Term first = terms.get(0);
        double[] signs = new double[first.outputs()];
        Arrays.fill(signs, -1);
        Weights negative = new Weights(signs, new double[signs.length]);
        return PostAffine.apply(Term.identity(first.source(), signs.length, 0).with(false, () -> negative), terms);
    }

    private List<Form> concatenations(Node node, List<String> values) {
        int rank = shapes.find(node.output()).map(Shape::rank).orElse(0);
        if (rank < 2 || Math.floorMod(node.integer("axis", 1), rank) != 1) {
            return List.of();
        }
        return forms.forms(values.get(0)).stream()
                .flatMap(form -> form.terms().stream())
                .map(term -> term.source().value())
                .distinct()
                .flatMap(source -> concatenation(node, values, source).stream())
                .toList();
    }

    private Optional<Form> concatenation(Node node, List<String> values, String source) {
        Optional<Form> joined = single(values.get(0), source);
        for (String value : values.subList(1, values.size())) {
            Optional<Form> next = single(value, source);
            joined = joined.flatMap(form -> next.flatMap(other -> join(node, form, other)));
        }
        return joined.map(form -> form.then(List.of(node), form.terms(), ConcatTerms.NAME, false));
    }

    // The cheapest form that is one term of the source, of more than the value itself if there is one.
    private Optional<Form> single(String value, String source) {
        return forms.forms(value).stream()
                .filter(Form::isSum)
                .map(form -> form.terms().size() == 1
                        ? form
                        : new Form(
                                TermPartition.cheapest(form, value, costs).terms(),
                                form.nodes(),
                                form.rules(),
                                false,
                                form.after()))
                .filter(form -> form.terms().size() == 1
                        && form.terms().get(0).source().value().equals(source)
                        && !form.terms().get(0).source().last())
                .findFirst();
    }

    private Optional<Form> join(Node node, Form a, Form b) {
        Term left = a.terms().get(0);
        Term right = b.terms().get(0);
        Optional<String> reason = ConcatTerms.whyNot(left, right);
        reason.ifPresent(why -> refusals.refuse(node, ConcatTerms.NAME, BranchReasons.unlike(node, why)));
        return reason.isPresent()
                ? Optional.empty()
                : Optional.of(a.with(b, node, List.of(ConcatTerms.apply(left, right)), ""));
    }
}
