package io.foldserve.checkpoint.hdf5;

/** An object is stored in a way that is not read; {@link Damage} adds which. */
final class NotReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotReadException(String problem) {
        super(problem);
    }
}
