package io.foldserve.graph;

import io.foldserve.problem.InvalidInputException;

/** A node's inputs or attributes contradict its operator: names the node, what was expected and what was found. */
public class ShapeException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    /** Refuses {@code node} because of {@code problem}. */
    public ShapeException(Node node, String problem) {
        super("node %s (%s)".formatted(node.name(), node.op()), problem);
    }
}
