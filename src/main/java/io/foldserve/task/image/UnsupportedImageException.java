package io.foldserve.task.image;

/** The bytes are not a JPEG or PNG, or are of a kind of them that is not read (lossless, arithmetic or 12-bit JPEG). */
public final class UnsupportedImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    /** Refuses with the kind that was found. */
    public UnsupportedImageException(String message) {
        super(message);
    }
}
