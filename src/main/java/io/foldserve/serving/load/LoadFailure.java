package io.foldserve.serving.load;

/** What is said of a load that failed for another reason than what is in its files. Stateless. */
public final class LoadFailure {
    private LoadFailure() {}

    /** A sentence for {@code failure}, without what only the log should have. */
    public static String sentence(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "there is not enough memory to load it beside what is served; give the process more";
        }
        return "loading failed unexpectedly; the service's log says why";
    }
}
