package io.foldserve.task.image;

/**
 * The bytes are not a JPEG, PNG, GIF, BMP, TIFF or WebP, or are of a kind of them that is not read (a lossless,
 * arithmetic or 12-bit JPEG, a compressed or 16-bit BMP, a TIFF of 32-bit samples).
 */
public final class UnsupportedImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    /** Refuses with the kind that was found. */
    public UnsupportedImageException(String message) {
        super(message);
    }
}
