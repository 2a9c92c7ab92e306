package io.foldserve.cli;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Writes a file whole or not at all. */
final class WholeFile {
    /** What a file is to hold. */
    @FunctionalInterface
    interface Content {
        /** Writes all of it to {@code out}, which the caller closes. */
        void writeTo(OutputStream out) throws IOException;
    }

    private WholeFile() {}

    /**
     * Says before a long computation that its result has no place.
     *
     * @throws InvalidInputException if the directory of {@code file} does not exist
     */
    static void expectDirectory(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    file.toString(), "cannot be written: expected a directory " + folder + ", found none");
        }
    }

    /**
     * Writes {@code content} to a temporary file beside {@code file}, then moves it there in one step, replacing what
     * was there.
     *
     * @throws InvalidInputException if the file cannot be written; what was there before is untouched
     */
    static void write(Path file, Content content) {
        expectDirectory(file);
        // Not Files.createTempFile, whose files only their owner may read.
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try {
                try (OutputStream out = Files.newOutputStream(temporary)) {
                    content.writeTo(out);
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new InvalidInputException(file.toString(), "cannot be written: " + FileFailure.reason(e));
        }
    }
}
