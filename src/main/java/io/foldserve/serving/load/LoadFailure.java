package io.foldserve.serving.load;

/** What is said of a load that failed for another reason than what is in its files. Stateless. */
public final class LoadFailure {
    private LoadFailure() {}

    /** A sentence for {@code failure}, without what only the log should have. */
    public static String sentence(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "there is not enough memory to load it beside what is served; give the process more";
        }
        if (failure instanceof InternalError) {
            // What the virtual machine throws where a mapped file has become shorter.
            return "a file was changed while it was read; load the model again once it is written";
        }
        return "loading failed unexpectedly; the service's log says why";
    }
}
