package io.foldserve.checkpoint;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checkpoints that were saved in several parts, which are not read, and how to make one file of them. */
final class Sharded {
    /** What to say of the index of parts. */
    static final String INDEX = "is the index of a checkpoint in several parts, which are not read: load it with "
            + "from_pretrained and save it in one with save_pretrained(…, max_shard_size=\"100GB\")";

    private static final String PART =
            "is one of several parts of a checkpoint" + INDEX.substring(INDEX.indexOf(", which are not read"));

    private static final String DISTRIBUTED =
            "is a distributed checkpoint, which is not read: make one file of it with "
                    + "python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER FILE.pth";

    private static final Pattern PARTS =
            Pattern.compile(".*-(?!00001-of-00001)\\d{5}-of-\\d{5}\\.(bin|safetensors|pth)");

    private Sharded() {}

    /**
     * Refuses {@code path} if it is a part of such a checkpoint, or the folder of one.
     *
     * @throws InvalidInputException if it is
     */
    static void refuse(Path path) {
        String name = String.valueOf(path.getFileName());
        if (PARTS.matcher(name).matches()) {
            throw new InvalidInputException(path.toString(), PART);
        }
        if (name.endsWith(".distcp")) {
            throw new InvalidInputException(path.toString(), DISTRIBUTED);
        }
        if (Files.isDirectory(path)) {
            List<String> names = names(path);
            if (names.stream().anyMatch(file -> file.endsWith(".distcp"))) {
                throw new InvalidInputException(path.toString(), DISTRIBUTED);
            }
            if (names.stream().anyMatch(file -> file.endsWith(".index.json"))) {
                throw new InvalidInputException(path.toString(), "holds what " + INDEX);
            }
        }
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException failure) {
            throw new InvalidInputException(folder.toString(), "cannot be listed: " + FileFailure.reason(failure));
        }
    }
}
