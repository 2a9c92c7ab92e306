package io.foldserve.serving.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a folder that may be checkpoints, for where no manifest names them yet. */
public final class CheckpointFiles {
    /** What lies beside checkpoints: text, pictures, hidden files, and the data that a TensorFlow index points into. */
    private static final Pattern BESIDE = Pattern.compile(
            "(?i)\\..*|.*\\.(txt|md|ya?ml|json|png|jpe?g|csv|py|log)|.*\\.data-\\d{5}-of-\\d{5}|checkpoint");

    private CheckpointFiles() {}

    /**
     * Those of {@code folder}, sorted.
     *
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            !BESIDE.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
