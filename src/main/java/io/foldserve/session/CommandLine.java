package io.foldserve.session;

import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The length of this process's command line. ONNX Runtime 1.29.0 on Linux overruns a buffer while it starts, and takes the
 * process with it, if the command line has some 4 kB or more (a class path written out is easily longer).
 */
final class CommandLine {
    /** Seen to start with 3980 bytes, and to crash with a few more. */
    static final int LONGEST = 3900;

    private static final Path LINUX = Path.of("/proc/self/cmdline");

    private CommandLine() {}

    /**
     * Does nothing where ONNX Runtime is safe to start.
     *
     * @throws InvalidInputException if it would crash the process
     */
    static void expectShort() {
        try {
            expectShort(Files.exists(LINUX) ? Files.readAllBytes(LINUX).length : 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the length of the command line cannot be read from " + LINUX, e);
        }
    }

    static void expectShort(int bytes) {
        if (bytes > LONGEST) {
            throw new InvalidInputException(
                    "the command line",
                    "expected at most %d bytes, since ONNX Runtime 1.29.0 crashes from about 4 kB on, found %d; put options into JAVA_TOOL_OPTIONS, an @file or environment variables"
                            .formatted(LONGEST, bytes));
        }
    }
}
