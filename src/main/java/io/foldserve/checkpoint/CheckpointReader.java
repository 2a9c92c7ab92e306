package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Reads checkpoint files of every {@link Format}, told apart by what they hold, never by their name. Nothing in a file
 * is executed, and everything it claims is checked against it before memory is set aside. The tensors are in memory of
 * their own, so that it does not matter what becomes of the file; one that is changed while it is read is refused.
 * Thread-safe.
 */
public final class CheckpointReader {
    private CheckpointReader() {}

    /** Whether {@code path} is a file, or what the names of a TensorFlow checkpoint's files have in common. */
    public static boolean finds(Path path) {
        return CheckpointPath.isFile(path);
    }

    /**
     * Reads {@code path}, choosing among several state dicts as {@link #read(Path, Optional)} does by itself.
     *
     * @throws InvalidInputException with every problem, if it cannot be read
     */
    public static Checkpoint read(Path path) {
        return read(path, Optional.empty());
    }

    /**
     * Reads {@code path}, and of a training checkpoint the state dict under the top-level key {@code entry}, for
     * example {@code model_ema}; {@code .} is the top level itself.
     *
     * <p>Of a TensorFlow checkpoint, {@code path} can also be what its files' names have in common, or the folder that
     * holds only this one; see {@link Format} for what is read, and {@link Checkpoint#framework()} for the conventions
     * that the tensors follow.
     *
     * <p>Without {@code entry} it takes the first of {@code state_dict}, {@code model_state_dict}, {@code model},
     * {@code net}, {@code network}, {@code params}, {@code module} that leads to a state dict; else the only key that
     * leads to one; else the top level. Several keys and none of those are refused. An entry {@code a/b} takes those
     * tensors under {@code a} whose names start with {@code b.}, and takes that off. In a list or tuple the positions,
     * from {@code 0}, are the keys. What was taken is in the metadata
     * ({@code entry}), beside the keys that can be asked for ({@code entries}).
     *
     * @throws InvalidInputException with every problem, if it cannot be read or there is no such entry
     */
    public static Checkpoint read(Path path, Optional<String> entry) {
        try (FileBytes file = FileBytes.open(CheckpointPath.file(path))) {
            return read(path.toString(), file, entry);
        } catch (IOException failure) {
            throw new InvalidInputException(path.toString(), "cannot be read: " + FileFailure.reason(failure));
        }
    }

    /** Reads {@code file}, which the user knows as {@code source}. */
    static Checkpoint read(String source, FileBytes file, Optional<String> entry) {
        try {
            NamedTensors content = content(file, entry);
            Problems problems = new Problems(source);
            Map<String, Tensor> tensors = WrapperNames.strip(content.tensors(), problems);
            problems.throwIfAny();
            return new Checkpoint(source, content.framework(), tensors, content.metadata());
        } catch (InvalidInputException cause) {
            throw about(source, cause);
        }
    }

    private static NamedTensors content(FileBytes file, Optional<String> entry) {
        Format format =
                Format.of(file).orElseThrow(() -> new InvalidInputException("checkpoint", UnreadFormat.describe(file)));
        return format.read(file, entry);
    }

    private static InvalidInputException about(String source, InvalidInputException cause) {
        if (cause.subject().equals(source)) {
            return cause;
        }
        Problems problems = new Problems(source);
        problems.addAll(cause.subject(), cause);
        InvalidInputException about = new InvalidInputException(source, problems.found());
        about.initCause(cause);
        return about;
    }
}
