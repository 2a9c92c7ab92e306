package io.foldserve.graph;

/**
 * A node's shapes cannot be inferred, though nothing about it is wrong: they depend on data, or on an option not
 * modelled.
 */
public final class UnknownShapeException extends ShapeException {
    private static final long serialVersionUID = 1L;

    UnknownShapeException(Node node, String reason) {
        super(node, reason);
    }
}
