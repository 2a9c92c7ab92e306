package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One way to compute a value, and what it takes. Immutable.
 *
 * @param form the form in which the value is computed; of no nodes if its own node computes it as it is
 * @param terms the form's terms, merged or apart; none if its own node computes it
 * @param costs predicted, of everything that is computed for it back to the root
 * @param cost their sum
 */
record Candidate(Form form, List<Term> terms, CostByValue costs, double cost) {
    // To the nanosecond, so that the order in which costs were added up decides nothing; then what takes in less. Names
    // decide between equals, so that the order in which they were found does not.
    static final Comparator<Candidate> CHEAPEST = Comparator.<Candidate>comparingLong(
                    candidate -> Math.round(candidate.cost()))
            .thenComparing(candidate -> candidate.form().nodes().size())
            .thenComparing(candidate -> names(candidate.form()));

    /** Copies the list. */
    Candidate {
        terms = List.copyOf(terms);
    }

    Candidate(Form form, List<Term> terms, CostByValue costs) {
        this(form, terms, costs, costs.total());
    }

    private static String names(Form form) {
        return form.nodes().stream().map(Node::name).sorted().collect(Collectors.joining(" "));
    }

    /** True when the value's own node computes it as it is. */
    boolean isAsItIs() {
        return form.nodes().isEmpty();
    }

    /** True when something other than its node, or an operator that takes it in, computes the value. */
    boolean isIsland() {
        return !isAsItIs() && !form.keepsOperator();
    }
}
