package io.foldserve.serving.catalogue;

/** What was asked for exists but cannot be served now: it is loading, it failed to load, or the service is stopping. */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says in a sentence what is not ready and why. */
    public NotReadyException(String reason) {
        super(reason);
    }
}
