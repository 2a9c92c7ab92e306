package io.foldserve.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where ONNX Runtime's native libraries are loaded from: a folder that was named or holds them beside the jar, or the
 * directory for temporary files, to which they are unpacked first. Where that fails, the runtime says at most that they
 * are not in {@code java.library.path}, which nobody has set.
 *
 * @param path the folder
 * @param isNamed whether the files are expected there
 */
record RuntimeFolder(Path path, boolean isNamed) {
    private static final String LIBRARY = "libonnxruntime.so";

    /** Between the name of a native library and what the system says of it. */
    private static final String SAID = ".so: ";

    private static final String UNPACKED =
            "ONNX Runtime does not start: its native libraries are unpacked to %s, which %s; for another directory"
                    + " start java with -Djava.io.tmpdir=DIRECTORY";

    private static final String NAMED =
            "ONNX Runtime does not start: its native libraries are loaded from %s, which %s; for another directory"
                    + " that holds them start java with -D%s=DIRECTORY";

    /** The folder that this process has. */
    static RuntimeFolder now() {
        String named = System.getProperty(NativeLibraries.ONNX_RUNTIME);
        return named == null
                ? new RuntimeFolder(UnpackingDirectory.path(), false)
                : new RuntimeFolder(Path.of(named), true);
    }

    /** Why nothing can be loaded from it, as far as that shows beforehand. */
    Optional<String> whyNot() {
        if (!isNamed) {
            return UnpackingDirectory.whyNot(path, UnpackingDirectory.NEEDED);
        }
        if (!Files.isDirectory(path)) {
            return Optional.of("is no directory");
        }
        boolean isThere =
                !LIBRARY.equals(System.mapLibraryName("onnxruntime")) || Files.isReadable(path.resolve(LIBRARY));
        return isThere ? Optional.empty() : Optional.of("has no file %s that can be read".formatted(LIBRARY));
    }

    /** Why nothing was loaded from it, by what was thrown. */
    String whyNot(Throwable thrown) {
        String wanted = isNamed
                ? "must allow programs to run, and hold the whole files of this version"
                : "must be writable, allow programs to run, and have 100 MB free";
        return system(thrown).map(said -> wanted + " (" + said + ")").orElse(wanted);
    }

    /** What the system said of a library that it does not load, such as that it may not map it. */
    private static Optional<String> system(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            int end = message.lastIndexOf(SAID);
            if (cause instanceof UnsatisfiedLinkError && end >= 0) {
                return Optional.of(message.substring(end + SAID.length()));
            }
        }
        return Optional.empty();
    }

    /** The whole sentence. */
    String sentence(String why) {
        return isNamed ? NAMED.formatted(path, why, NativeLibraries.ONNX_RUNTIME) : UNPACKED.formatted(path, why);
    }
}
