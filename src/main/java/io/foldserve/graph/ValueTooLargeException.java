package io.foldserve.graph;

/**
 * A node would make a value of more elements than any network needs, as its operands' arithmetic tells without making
 * it.
 */
public final class ValueTooLargeException extends ShapeException {
    private static final long serialVersionUID = 1L;

    ValueTooLargeException(Node node, String reason) {
        super(node, reason);
    }
}
