package io.foldserve.task;

/** A request asked for something that the model does not offer; the message says what, and what it does offer. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Refuses with what was expected and found. */
    public InvalidRequestException(String message) {
        super(message);
    }
}
