package io.foldserve.fold.cost;

import io.foldserve.fold.rule.SelectChannels;
import io.foldserve.fold.rule.SumTerms;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.TrailingOperator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cheapest way found to add the terms of a form: which of them to merge and which to compute apart.
 *
 * @param terms the terms left, in the order of the first of each
 * @param cost predicted, without that of computing what the terms read
 */
public record TermPartition(List<Term> terms, double cost) {
    /** Copies the list. */
    public TermPartition {
        terms = List.copyOf(terms);
    }

    // Each pair is tried at each step, so that of more terms those that are alike are merged at once.
    private static final int MANY = 12;

    /** What two terms have in common that differ in their numbers alone; merging them saves in any case. */
    private record Kind(TermInput source, int outputs, int inputs, int groups, List<AxisTaps> axes) {
        static Kind of(Term term) {
            return new Kind(term.source(), term.outputs(), term.inputs(), term.groups(), term.axes());
        }
    }

    /** How many of {@code terms} are left when those are merged that differ in their numbers alone. */
    public static int kinds(List<Term> terms) {
        return Math.toIntExact(terms.stream().map(Kind::of).distinct().count());
    }

    private static List<Term> alikeMerged(List<Term> terms) {
        Map<Kind, Term> merged = new LinkedHashMap<>();
        terms.forEach(term -> merged.merge(Kind.of(term), term, SumTerms::apply));
        return List.copyOf(merged.values());
    }

    /** The cheapest of {@link #all}; the first among equals. */
    public static TermPartition cheapest(Form form, String value, IslandCost costs) {
        return all(form, value, costs).stream()
                .min(Comparator.comparingDouble(TermPartition::cost))
                .orElseThrow();
    }

    /**
     * All terms apart, and what becomes of them step by step until there is none left: merging a pair, or taking a
     * selection of channels into a kernel, whichever saves most or costs least. Of more than {@value #MANY} terms those
     * that differ in their numbers alone are never apart.
     */
    public static List<TermPartition> all(Form form, String value, IslandCost costs) {
        List<TermPartition> partitions = new ArrayList<>();
        List<Term> apart = form.terms().size() > MANY ? alikeMerged(form.terms()) : form.terms();
        Optional<TermPartition> next = Optional.of(of(form, apart, value, costs));
        while (next.isPresent()) {
            partitions.add(next.get());
            next = candidates(next.get().terms()).stream()
                    .map(terms -> of(form, terms, value, costs))
                    .min(Comparator.comparingDouble(TermPartition::cost));
        }
        return partitions;
    }

    private static TermPartition of(Form form, List<Term> terms, String value, IslandCost costs) {
        return new TermPartition(terms, cost(form, terms, value, costs));
    }

    private static List<List<Term>> candidates(List<Term> terms) {
        List<List<Term>> candidates = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            if (term.source().channels().isPresent()) {
                candidates.add(with(terms, i, SelectChannels.absorb(term)));
            }
            for (int j = i + 1; j < terms.size(); j++) {
                if (SumTerms.whyNot(term, terms.get(j)).isEmpty()) {
                    List<Term> merged = with(terms, i, SumTerms.apply(term, terms.get(j)));
                    merged.remove(j);
                    candidates.add(merged);
                }
            }
        }
        return candidates;
    }

    private static List<Term> with(List<Term> terms, int index, Term term) {
        List<Term> others = new ArrayList<>(terms);
        others.set(index, term);
        return others;
    }

    /** The cost of {@code form}, a form of {@code value}, with its terms {@code merged}. */
    public static double cost(Form form, List<Term> merged, String value, IslandCost costs) {
        String sum = form.summed(value);
        double cost = (merged.size() - 1) * costs.addition(merged.get(0), sum) + costs.readings(merged);
        for (Term term : merged) {
            cost += costs.term(term, sum) + costs.viewed(term, sum);
        }
        for (TrailingOperator following : form.after()) {
            cost += costs.following(following.node(), merged.get(0).outputs());
        }
        return cost;
    }
}
