package io.foldserve.fold.search;

import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import java.util.List;
import java.util.Optional;

/**
 * A way to compute a value. Immutable.
 *
 * @param form the form in which it is computed; empty if its node stays as it is
 * @param terms the form's terms, merged or apart
 * @param cost predicted, with that of everything it reads back to the root
 */
record Way(Optional<Form> form, List<Term> terms, double cost) {
    /** Copies the list. */
    Way {
        terms = List.copyOf(terms);
    }

    /** True when something other than its node, or what the rules on layers make of that, computes the value. */
    boolean isIsland() {
        return form.filter(found -> !found.ordinary()).isPresent();
    }
}
