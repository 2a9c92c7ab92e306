package io.foldserve.serving.catalogue;

/** The files in a model's folder were asked to be loaded, and cannot be served as they are. */
public final class NotLoadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says in a sentence which model was not loaded and why, and what is served in its place. */
    public NotLoadedException(String reason) {
        super(reason);
    }
}
