package io.foldserve.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cheapest way found to add the terms of a form: which of them to merge (R4 to R6) and which to compute apart.
 *
 * @param terms the terms left, in the order of the first of each
 * @param merged true when at least two became one
 * @param cost predicted, without that of computing what the terms read
 */
record TermPartition(List<Term> terms, boolean merged, double cost) {
    /** Copies the list. */
    TermPartition {
        terms = List.copyOf(terms);
    }

    /**
     * Takes the step that saves most until none saves anything: merging a pair, or taking a selection of channels into a
     * kernel; or merges all that can be, if that is cheaper still.
     */
    static TermPartition cheapest(Form form, String value, IslandCost costs) {
        List<Term> greedy = form.terms();
        Optional<List<Term>> next = step(greedy, value, costs);
        while (next.isPresent()) {
            greedy = next.get();
            next = step(greedy, value, costs);
        }
        List<Term> whole = whole(form.terms());
        double greedyCost = cost(greedy, value, costs);
        double wholeCost = cost(whole, value, costs);
        List<Term> best = wholeCost < greedyCost ? whole : greedy;
        return new TermPartition(best, best.size() < form.terms().size(), Math.min(greedyCost, wholeCost));
    }

    private static Optional<List<Term>> step(List<Term> terms, String value, IslandCost costs) {
        double least = cost(terms, value, costs);
        Optional<List<Term>> best = Optional.empty();
        for (List<Term> candidate : candidates(terms)) {
            double cost = cost(candidate, value, costs);
            if (cost < least) {
                least = cost;
                best = Optional.of(candidate);
            }
        }
        return best;
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

    private static List<Term> whole(List<Term> terms) {
        List<Term> whole = new ArrayList<>();
        for (Term term : terms) {
            boolean joined = false;
            for (int i = 0; i < whole.size() && !joined; i++) {
                if (SumTerms.whyNot(whole.get(i), term).isEmpty()) {
                    whole.set(i, SumTerms.apply(whole.get(i), term));
                    joined = true;
                }
            }
            if (!joined) {
                whole.add(term);
            }
        }
        return whole;
    }

    private static double cost(List<Term> terms, String value, IslandCost costs) {
        double cost = (terms.size() - 1) * costs.addition(value) + costs.readings(terms);
        for (Term term : terms) {
            cost += costs.term(term, value) + costs.viewed(term, value);
        }
        return cost;
    }
}
