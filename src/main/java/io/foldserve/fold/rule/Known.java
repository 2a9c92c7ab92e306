package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.List;

/** What a rule may know at a node: the graph's facts, and the forms of what the node reads. It only reads them. */
public interface Known {
    /** The facts of the training form in its normal form. */
    GraphFacts facts();

    /** Reads operators as terms. */
    Lifts lifts();

    /**
     * The values that {@code node} reads and that depend on data; of the last of several nodes that are one term, that
     * term's.
     */
    List<String> read(Node node);

    /** The forms in which a node may read {@code value}: of a barrier, only the value itself. */
    List<Form> forms(String value);

    /** True when a node computes {@code value} that is linear in one value. */
    boolean isLinear(String value);

    /** The barrier before {@code value}, or the value itself if it is one. */
    String root(String value);

    /** True when {@code value} is a barrier or read by several nodes. */
    boolean isShared(String value);

    /** The terms of {@code form}, a form of {@code value}, merged where that pays. */
    List<Term> cheapest(Form form, String value);
}
