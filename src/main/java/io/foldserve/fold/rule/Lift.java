package io.foldserve.fold.rule;

import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** One kind of operator: reads a node that is linear in one value as a term. Stateless apart from its graph. */
interface Lift {
    /** True for a node that may be linear in a single value, which is then {@link #operand}. */
    default boolean isCandidate(Node node) {
        return true;
    }

    /** The value in which {@code node} is linear. */
    default String operand(Node node) {
        return node.inputs().get(0);
    }

    /** The nodes between {@link #operand} and the result, {@code node} the last of them. */
    default List<Node> nodes(Node node) {
        return List.of(node);
    }

    /**
     * Why {@code node} is no term, if so.
     *
     * @param shape that of the value in which it is linear: (1, channels, …)
     */
    Optional<String> whyNot(Node node, Shape shape);

    /** The terms that the outputs of {@code node} are, their constants made in float64; only if {@link #whyNot} is empty. */
    default List<Term> terms(Node node, Shape shape) {
        return List.of(term(node, shape));
    }

    /** That of the first output. */
    Term term(Node node, Shape shape);
}
