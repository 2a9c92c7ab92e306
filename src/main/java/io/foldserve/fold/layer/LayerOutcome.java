package io.foldserve.fold.layer;

/** What a rule did at a node. */
public sealed interface LayerOutcome {
    /** The node is none of the rule's business. */
    record NotMine() implements LayerOutcome {}

    /** The working graph was rewritten. */
    record Applied() implements LayerOutcome {}

    /**
     * The node is of the rule's kind, but its precondition fails.
     *
     * @param reason a sentence that names node and tensor
     */
    record Refused(String reason) implements LayerOutcome {}

    /** The node is none of the rule's business. */
    static LayerOutcome notMine() {
        return new NotMine();
    }

    /** The working graph was rewritten. */
    static LayerOutcome applied() {
        return new Applied();
    }

    /** The rule's precondition fails; see {@link Refused}. */
    static LayerOutcome refused(String reason) {
        return new Refused(reason);
    }
}
