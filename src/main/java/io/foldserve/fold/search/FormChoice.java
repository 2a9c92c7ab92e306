package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostByValue;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which forms of a value to remember, and in which of them, if in any, it is computed.
 *
 * <p>The {@value #KEPT} cheapest are remembered, and always the one that reads nothing inside the island. So a
 * composition that does not pay by itself is still there when the sum that it belongs to makes it free. A form is
 * chosen only if nobody outside reads what is inside it.
 *
 * <p>Belongs to one fold.
 */
final class FormChoice {
    private static final int KEPT = 6;

    // Costs that differ by less are equal.
    static final double EQUAL = 1e-9;

    private final FoundForms found;
    private final Candidates candidates;
    private final IslandRefusals refusals;

    FormChoice(FoundForms found, Candidates candidates, IslandRefusals refusals) {
        this.found = found;
        this.candidates = candidates;
        this.refusals = refusals;
    }

    /** What is known of the value of {@code node}, of which {@code forms} were found, all since {@code root}. */
    ValueForms of(Node node, String root, List<Form> forms) {
        List<Candidate> sorted = candidates.sorted(forms, node.output());
        List<Candidate> closed = sorted.stream()
                .filter(form -> found.isClosed(form.form(), node))
                .toList();
        CostByValue untouched = candidates.untouched(node);
        Optional<Candidate> chosen = chosen(closed, untouched.total());
        CostByValue costs = chosen.map(Candidate::costs).orElse(untouched);
        if (chosen.isEmpty() || chosen.get().form().keepsOperator()) {
            refuseCostlier(node, closed, costs.total());
        }
        return new ValueForms(root, remembered(sorted, root, node.output()), costs, chosen.map(Candidate::form));
    }

    /**
     * The same of {@code output}, one of several of {@code node}. It is never computed alone; who reads it may read the
     * selection.
     */
    ValueForms ofPart(Node node, String root, String output, List<Form> forms) {
        List<Candidate> sorted = candidates.sorted(forms, output);
        return new ValueForms(root, remembered(sorted, root, output), candidates.untouched(node), Optional.empty());
    }

    // An operator that keeps its place takes in what it can without a search: at equal cost it, or the node as it is,
    // comes first.
    private static Optional<Candidate> chosen(List<Candidate> closed, double kept) {
        Optional<Candidate> best = closed.stream()
                .filter(form -> form.form().keepsOperator() || form.form().isWorthWriting())
                .findFirst();
        double cheapest = best.map(Candidate::cost).orElse(Double.POSITIVE_INFINITY);
        return closed.stream()
                .filter(form -> form.form().keepsOperator() && form.cost() <= Math.min(cheapest, kept) * (1 + EQUAL))
                .findFirst()
                .or(() -> best.filter(form -> form.cost() < kept * (1 - EQUAL)));
    }

    private void refuseCostlier(Node node, List<Candidate> closed, double least) {
        closed.stream()
                .filter(form -> form.form().isWorthWriting() && !form.form().keepsOperator())
                .filter(form -> form.cost() > least * (1 + EQUAL))
                .findFirst()
                .ifPresent(form -> refusals.costly(node, form.form()));
    }

    private List<Form> remembered(List<Candidate> sorted, String root, String value) {
        List<Form> forms = new ArrayList<>();
        for (Candidate candidate : sorted) {
            boolean outermost = candidate.form().terms().stream()
                    .allMatch(term -> term.source().value().equals(root));
            if (forms.size() < KEPT || outermost) {
                forms.add(candidate.form());
            }
        }
        forms.add(found.itself(value));
        return forms;
    }
}
