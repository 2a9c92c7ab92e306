package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.Optional;

/** R3 for one kind of operator: reads a node that is linear in one value as a term. Stateless apart from its graph. */
interface Lift {
    /** The position among the inputs of {@code node} of the value in which it is linear. */
    default int operand(Node node) {
        return 0;
    }

    /**
     * Why {@code node} is no term, if so.
     *
     * @param shape that of the value in which it is linear: (1, channels, …)
     */
    Optional<String> whyNot(Node node, Shape shape);

    /** The term that {@code node} is, its constants made in float64; only if {@link #whyNot} is empty. */
    Term term(Node node, Shape shape);
}
