package io.foldserve.serving.store;

/** The store cannot be reached, or refuses what is written; the message may be told to clients. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(Throwable cause) {
        super("the store of experiments cannot be reached", cause);
    }

    /** What the database or its driver said, for the log. */
    public String reason() {
        Throwable innermost = this;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return String.valueOf(innermost.getMessage());
    }
}
