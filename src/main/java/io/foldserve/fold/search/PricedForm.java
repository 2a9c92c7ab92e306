package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Node;
import java.util.Comparator;
import java.util.stream.Collectors;

/** A form and what computing its value so takes, its terms merged where that pays. Immutable. */
record PricedForm(Form form, CostByValue bill, double cost) {
    // To the nanosecond, so that the order in which costs were added up decides nothing; then what takes in less. Names
    // decide between equals, so that the order in which they were found does not.
    static final Comparator<PricedForm> CHEAPEST = Comparator.<PricedForm>comparingLong(
                    priced -> Math.round(priced.cost()))
            .thenComparing(priced -> priced.form().nodes().size())
            .thenComparing(priced -> names(priced.form()));

    PricedForm(Form form, CostByValue bill) {
        this(form, bill, bill.total());
    }

    private static String names(Form form) {
        return form.nodes().stream().map(Node::name).sorted().collect(Collectors.joining(" "));
    }
}
