package io.foldserve.cli;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.CheckpointFiles;
import io.foldserve.serving.manifest.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A folder with checkpoints that no manifest names yet. */
final class CheckpointFolder {
    private CheckpointFolder() {}

    /** True if {@code path} is a folder without a manifest. */
    static boolean isOne(Path path) {
        return Files.isDirectory(path) && !Files.exists(path.resolve(ManifestReader.FILE));
    }

    /**
     * The only checkpoint in {@code folder}, not counting {@code others}.
     *
     * @throws InvalidInputException if there is none, or several
     */
    static Path checkpoint(Path folder, List<Path> others) {
        List<Path> found = files(folder).stream()
                .filter(file -> others.stream().noneMatch(other -> isSame(file, other)))
                .toList();
        if (found.isEmpty()) {
            throw new InvalidInputException(
                    folder.toString(), "expected a model.yaml or a checkpoint, found neither there");
        }
        if (found.size() > 1) {
            throw new InvalidInputException(
                    folder.toString(),
                    "expected one checkpoint, found %s; name the one that is meant"
                            .formatted(found.stream()
                                    .map(file -> file.getFileName().toString())
                                    .collect(Collectors.joining(", "))));
        }
        return found.get(0);
    }

    private static boolean isSame(Path file, Path other) {
        return file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private static List<Path> files(Path folder) {
        try {
            return CheckpointFiles.in(folder);
        } catch (IOException e) {
            throw new InvalidInputException(folder.toString(), "cannot be read: " + FileFailure.reason(e));
        }
    }
}
