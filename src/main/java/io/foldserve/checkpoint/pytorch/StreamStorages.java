package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The storages at the end of a stream: for each key of a list, in its order, the number of elements (8 bytes) and the
 * elements, little-endian, with nothing between them. The pickle speaks of them before the list is read, so where each
 * one is becomes known last.
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 */
final class StreamStorages implements Storages {
    private static final long NOWHERE = -1;

    private final FileBytes file;
    private final Map<String, Run> runs = new HashMap<>();

    StreamStorages(FileBytes file) {
        this.file = file;
    }

    @Override
    public Storage find(String key, ElementType type, long elements) {
        if (elements < 0 || elements > file.size() / type.bytes()) {
            throw broken(
                    key,
                    "is said to hold %d elements of %s, in a file of %d bytes".formatted(elements, type, file.size()));
        }
        Run run = runs.computeIfAbsent(key, absent -> new Run(file, key, type, elements));
        if (run.type != type || run.elements != elements) {
            throw broken(
                    key,
                    "is said to hold %d elements of %s, and %d of %s"
                            .formatted(run.elements, run.type, elements, type));
        }
        return run;
    }

    /**
     * Finds the storages called {@code keys}, which start at {@code offset} and end with the file.
     *
     * @throws InvalidInputException if they do not, or a key is not one that the pickle speaks of
     */
    void locate(List<Value> keys, long offset) {
        long at = offset;
        for (Value key : keys) {
            if (!(key instanceof Text text) || !runs.containsKey(text.value())) {
                throw new InvalidInputException(
                        "list of storages",
                        "names %s, which the checkpoint does not use"
                                .formatted(key instanceof Text name ? Quoted.of(name.value()) : key.kind()));
            }
            at = runs.get(text.value()).locate(at);
        }
        if (at != file.size()) {
            throw new InvalidInputException(
                    "stream", "ends at byte %d, the file goes on to %d".formatted(at, file.size()));
        }
    }

    private static InvalidInputException broken(String key, String problem) {
        return new InvalidInputException("storage " + Quoted.of(key), problem);
    }

    private static final class Run implements Storage {
        private final FileBytes file;
        private final String key;
        private final ElementType type;
        private final long elements;
        private long start = NOWHERE;

        Run(FileBytes file, String key, ElementType type, long elements) {
            this.file = file;
            this.key = key;
            this.type = type;
            this.elements = elements;
        }

        /** Takes the run at {@code at} and returns where it ends. */
        long locate(long at) {
            if (start != NOWHERE) {
                throw broken(key, "is in the list of storages twice");
            }
            if (file.size() - at < Long.BYTES) {
                throw broken(key, "starts at byte %d of %d: the file is cut".formatted(at, file.size()));
            }
            long stored = file.slice(at, Long.BYTES).getLong();
            if (stored != elements) {
                throw broken(key, "holds %d elements at byte %d, expected %d".formatted(stored, at, elements));
            }
            start = at + Long.BYTES;
            if (bytes() > file.size() - start) {
                throw broken(
                        key,
                        "takes %d bytes from byte %d, the file has %d: it is cut"
                                .formatted(bytes(), start, file.size()));
            }
            return start + bytes();
        }

        @Override
        public ElementType type() {
            return type;
        }

        @Override
        public long bytes() {
            return elements * type.bytes();
        }

        @Override
        public ByteBuffer slice(long offset, long length) {
            if (start == NOWHERE) {
                throw broken(key, "is not in the list of storages");
            }
            return file.slice(start + offset, length);
        }
    }
}
