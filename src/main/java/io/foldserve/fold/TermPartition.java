package io.foldserve.fold;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    /** Merges the pair that saves most until none saves anything; or all that can be, if that is cheaper still. */
    static TermPartition cheapest(Form form, String value, IslandCost costs) {
        List<Term> greedy = new ArrayList<>(form.terms());
        while (mergeBest(greedy, costs, value)) {
            // each merge leaves one term fewer
        }
        List<Term> whole = whole(form.terms());
        double greedyCost = cost(greedy, value, costs);
        double wholeCost = cost(whole, value, costs);
        List<Term> best = wholeCost < greedyCost ? whole : greedy;
        return new TermPartition(best, best.size() < form.terms().size(), Math.min(greedyCost, wholeCost));
    }

    private static boolean mergeBest(List<Term> terms, IslandCost costs, String value) {
        double best = 0;
        int left = -1;
        int right = -1;
        for (int i = 0; i < terms.size(); i++) {
            for (int j = i + 1; j < terms.size(); j++) {
                double saved = saved(terms.get(i), terms.get(j), costs, value);
                if (saved > best) {
                    best = saved;
                    left = i;
                    right = j;
                }
            }
        }
        if (left < 0) {
            return false;
        }
        terms.set(left, SumTerms.apply(terms.get(left), terms.remove(right)));
        return true;
    }

    private static double saved(Term a, Term b, IslandCost costs, String value) {
        if (SumTerms.whyNot(a, b).isPresent()) {
            return 0;
        }
        double apart = costs.term(a, value) + costs.term(b, value) + costs.addition(value);
        double together = costs.term(SumTerms.apply(a, b), value);
        return apart == together ? 0 : apart - together;
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
        double cost = (terms.size() - 1) * costs.addition(value);
        Set<Source> sources = new LinkedHashSet<>();
        for (Term term : terms) {
            cost += costs.term(term, value) + costs.viewed(term, value);
            if (!term.viewsAfter()) {
                sources.add(term.source());
            }
        }
        for (Source source : sources) {
            cost += costs.commuted(source);
        }
        return cost;
    }
}
