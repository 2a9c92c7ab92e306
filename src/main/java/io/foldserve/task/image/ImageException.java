package io.foldserve.task.image;

/** A picture was refused. The kind says whose fault it is; the message says what was expected and what was found. */
public abstract sealed class ImageException extends RuntimeException
        permits UnsupportedImageException, InvalidImageException, ImageTooLargeException {
    private static final long serialVersionUID = 1L;

    ImageException(String message) {
        super(message);
    }

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
