package io.foldserve.fold.layer;

/** What a rule did at a node. */
public sealed interface Outcome {
    /** The node is none of the rule's business. */
    record NotMine() implements Outcome {}

    /** The draft was rewritten. */
    record Applied() implements Outcome {}

    /**
     * The node is of the rule's kind, but its precondition fails.
     *
     * @param reason a sentence that names node and tensor
     */
    record Refused(String reason) implements Outcome {}

    /** The node is none of the rule's business. */
    static Outcome notMine() {
        return new NotMine();
    }

    /** The draft was rewritten. */
    static Outcome applied() {
        return new Applied();
    }

    /** The rule's precondition fails; see {@link Refused}. */
    static Outcome refused(String reason) {
        return new Refused(reason);
    }
}
