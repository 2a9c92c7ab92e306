package io.foldserve.tensor;

/** A shape has more elements than can be counted, let alone allocated. */
public final class ElementCountException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ElementCountException(String message) {
        super(message);
    }
}
