package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
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
public final class PassThrough implements Rule {
    /** The rule's entry in the glossary. */
    public static final RuleEntry ENTRY = new RuleEntry(
            "no-op",
            "An Identity, and a Dropout outside training, hand their input on.",
            "the definitions of ONNX's Identity and Dropout");

    private final GraphFacts facts;

    public PassThrough(GraphFacts facts) {
        this.facts = facts;
    }

    @Override
    public String name() {
        return ENTRY.name();
    }

    @Override
    public String sentence() {
        return ENTRY.sentence();
    }

    @Override
    public String source() {
        return ENTRY.source();
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
