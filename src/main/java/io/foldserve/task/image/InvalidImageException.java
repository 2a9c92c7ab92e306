package io.foldserve.task.image;

/** The picture is truncated or corrupt, or has a size that the model's preprocessing cannot take. */
public final class InvalidImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    /** Refuses with what is wrong and where. */
    public InvalidImageException(String message) {
        super(message);
    }

    /** Refuses with what is wrong, as {@code cause} found it. */
    public InvalidImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
