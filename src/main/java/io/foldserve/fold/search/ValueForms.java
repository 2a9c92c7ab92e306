package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.term.Form;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one value.
 *
 * @param root the barrier before it
 * @param forms cheapest first, the value itself last
 * @param costs what the value takes in its best form
 * @param best the form in which it is computed; empty if its node stays as it is
 */
record ValueForms(String root, List<Form> forms, CostByValue costs, Optional<Form> best) {
    /** Copies the list. */
    ValueForms {
        forms = List.copyOf(forms);
    }
}
