package io.foldserve.task.image;

/** The picture's header declares more pixels than {@link ImageLimits} allow. Nothing of it was decoded. */
public final class ImageTooLargeException extends ImageException {
    private static final long serialVersionUID = 1L;

    /** Refuses with the declared and the allowed size. */
    public ImageTooLargeException(String message) {
        super(message);
    }
}
