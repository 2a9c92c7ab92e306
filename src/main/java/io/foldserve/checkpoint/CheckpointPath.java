package io.foldserve.checkpoint;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The file that a checkpoint's path means. TensorFlow's checkpoints are several files, and its users name them by what
 * the files' names have in common ({@code ckpt-1}), or by the folder they are in.
 */
final class CheckpointPath {
    private static final String INDEX = ".index";

    private CheckpointPath() {}

    /** Whether {@code path} is a file or names the files of a checkpoint. */
    static boolean isFile(Path path) {
        return Files.isRegularFile(path) || (!Files.exists(path) && Files.isRegularFile(index(path)));
    }

    /**
     * {@code path} itself if it is a file, else the index of the checkpoint that it names, or of the only one in the
     * folder that it is.
     *
     * @throws InvalidInputException if there is none, or there are several in the folder, or it is part of a
     *     checkpoint that is not in one file
     */
    static Path file(Path path) {
        Sharded.refuse(path);
        if (isFile(path)) {
            return Files.isRegularFile(path) ? path : index(path);
        }
        if (!Files.isDirectory(path)) {
            throw new InvalidInputException(path.toString(), "is not a file");
        }
        List<Path> found = indexes(path);
        if (found.size() != 1) {
            throw new InvalidInputException(
                    path.toString(),
                    "is not a file, and the folder holds %s"
                            .formatted(
                                    found.isEmpty()
                                            ? "no checkpoint of TensorFlow"
                                            : "several checkpoints, name one: "
                                                    + String.join(
                                                            ", ",
                                                            found.stream()
                                                                    .map(file -> String.valueOf(file.getFileName()))
                                                                    .toList())));
        }
        return found.get(0);
    }

    private static Path index(Path path) {
        return path.resolveSibling(path.getFileName() + INDEX);
    }

    private static List<Path> indexes(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(INDEX) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new InvalidInputException(folder.toString(), "cannot be listed: " + FileFailure.reason(failure));
        }
    }
}
