package io.foldserve.checkpoint.hdf5;

/** An object is stored in a way that is not read; {@link Damage} adds which. */
final class NotReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    NotReadException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** What is not read. */
    String problem() {
        return problem;
    }
}
