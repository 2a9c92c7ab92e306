package io.foldserve.fold.rule;

import io.foldserve.fold.term.Form;
import java.util.List;

/** What a rule found at a node. Immutable. */
public sealed interface Outcome {
    /**
     * Why a rule does not hold.
     *
     * @param rule the name under which the report says so
     * @param reason a sentence that names the node and what is in the way
     */
    record Refusal(String rule, String reason) {}

    /** The node is none of the rule's business. */
    record NotMine() implements Outcome {}

    /**
     * The node is the rule's, and the rule does not hold.
     *
     * @param refusals why, at least one reason; the last counts
     */
    record Refused(List<Refusal> refusals) implements Outcome {
        /** Copies the list. */
        public Refused {
            if (refusals.isEmpty()) {
                throw new IllegalArgumentException("a rule is refused without a reason");
            }
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * The rule holds.
     *
     * @param forms those of each output of the node, in order
     * @param refusals why it does not hold for other forms of what the node reads; said if the node stays as it is
     */
    record Found(List<List<Form>> forms, List<Refusal> refusals) implements Outcome {
        /** Copies the lists. */
        public Found {
            forms = forms.stream().map(List::copyOf).toList();
            refusals = List.copyOf(refusals);
        }
    }

    /** The node is none of the rule's business. */
    static Outcome notMine() {
        return new NotMine();
    }

    /** The rule does not hold: {@code reason}. */
    static Outcome refused(String rule, String reason) {
        return new Refused(List.of(new Refusal(rule, reason)));
    }

    /** The {@code forms} of the only output of a node, if there are any, and why others are none. */
    static Outcome of(List<Form> forms, List<Refusal> refusals) {
        return ofAll(forms.isEmpty() ? List.of() : List.of(forms), refusals);
    }

    /** The {@code forms} of each output of a node, if there are any, and why others are none. */
    static Outcome ofAll(List<List<Form>> forms, List<Refusal> refusals) {
        if (forms.stream().anyMatch(some -> !some.isEmpty())) {
            return new Found(forms, refusals);
        }
        return refusals.isEmpty() ? notMine() : new Refused(refusals);
    }
}
