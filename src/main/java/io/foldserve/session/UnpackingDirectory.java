package io.foldserve.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory for temporary files, to which ONNX Runtime unpacks its native libraries. It tells of a full one with a
 * stack trace in the log, and then looks for the libraries elsewhere, which tells a user nothing.
 */
final class UnpackingDirectory {
    /** What the smallest of ONNX Runtime's native libraries take for a platform that servers have. */
    static final long NEEDED = 25_000_000;

    private static final double MEGABYTE = 1e6;

    private UnpackingDirectory() {}

    /** The directory that this process has. */
    static Path path() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** Why {@code needed} bytes cannot be written to {@code directory}, as the end of a sentence about it. */
    static Optional<String> whyNot(Path directory, long needed) {
        if (!Files.isDirectory(directory)) {
            return Optional.of("is no directory");
        }
        if (!Files.isWritable(directory)) {
            return Optional.of("this process may not write to");
        }
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            return free >= needed
                    ? Optional.empty()
                    : Optional.of("is full: %.1f MB are free, at least %.0f are needed"
                            .formatted(free / MEGABYTE, needed / MEGABYTE));
        } catch (IOException | SecurityException unknown) {
            return Optional.empty();
        }
    }
}
