package io.foldserve.fold.layer;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.graph.Node;
import java.util.List;

/**
 * One exact rewrite of a working graph. Rules are stateless; whether one fires depends on structure and small constants
 * only, never on whole kernels, which are composed after all rules have settled.
 */
public interface LayerRule {
    /** The name that the fold report and the meters use. */
    String name();

    /** The rule's entries in the glossary, one for each name under which a report has it. */
    List<RuleEntry> glossary();

    /**
     * Rewrites {@code working} at {@code node} if the rule's precondition holds, says why not if the node is of its
     * kind and it does not, and leaves the working graph alone in both other cases.
     */
    LayerOutcome apply(WorkingGraph working, Node node);
}
