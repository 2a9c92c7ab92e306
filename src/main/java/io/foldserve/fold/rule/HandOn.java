package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Set;

/**
 * An Identity, and a Dropout outside training, hand the forms of their input on.
 *
 * <p>Algebra: {@code y = x}.
 *
 * <p>Source: the definitions of ONNX's Identity and Dropout.
 *
 * <p>A Dropout that may train is left to the rule that would leave it out, which says why it does not.
 */
public final class HandOn implements Rule {
    private final GraphFacts facts;

    public HandOn(GraphFacts facts) {
        this.facts = facts;
    }

    @Override
    public String name() {
        return "no-op";
    }

    @Override
    public String sentence() {
        return "An Identity, and a Dropout outside training, hand their input on.";
    }

    @Override
    public String source() {
        return "the definitions of ONNX's Identity and Dropout";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Identity", "Dropout");
    }

    @Override
    public Outcome apply(Node node, Known known) {
        List<String> values = known.read(node);
        if (values.size() != 1 || !Operators.isNoOp(facts.graph(), node)) {
            return Outcome.notMine();
        }
        // The value itself is not the node's own value by another name, unless someone else reads it.
        String value = values.get(0);
        List<Form> forms = known.forms(value).stream()
                .filter(form -> !form.isIdentity() || known.isShared(value))
                .map(form -> form.then(List.of(node), form.terms(), "", form.ordinary()))
                .toList();
        return Outcome.of(forms, List.of());
    }
}
