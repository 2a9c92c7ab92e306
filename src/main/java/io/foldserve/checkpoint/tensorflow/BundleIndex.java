package io.foldserve.checkpoint.tensorflow;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The index of a checkpoint (TensorFlow, {@code core/util/tensor_bundle}): which tensors there are, and where.
 * Immutable and thread-safe.
 *
 * @param shards how many files hold the tensors' bytes
 * @param entries the tensors by the names under which they are filed
 */
record BundleIndex(int shards, Map<String, BundleEntry> entries) {
    private static final int MOST_SHARDS = 99_999;

    /** The version of the format that TensorFlow has written since 2016. */
    private static final long VERSION = 1;

    BundleIndex {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /**
     * Reads the index in {@code file}.
     *
     * @throws InvalidInputException if it is damaged, big-endian, or of a newer version
     */
    static BundleIndex read(FileBytes file) {
        int[] shards = {0};
        Map<String, BundleEntry> entries = new LinkedHashMap<>();
        new SortedTable(file, new MemoryBudget(file.size())).visit((key, value) -> {
            if (key.length == 0) {
                shards[0] = shards(value);
            } else if (key[0] != 0) {
                entries.put(new String(key, StandardCharsets.UTF_8), BundleEntry.read(value));
            }
        });
        if (shards[0] < 1 || shards[0] > MOST_SHARDS) {
            throw new InvalidInputException(
                    "index", "is said to have %d data files, expected 1 to %d".formatted(shards[0], MOST_SHARDS));
        }
        return new BundleIndex(shards[0], entries);
    }

    /** The number of data files that the header names, if its tensors are stored in the way that is read. */
    private static int shards(ByteBuffer header) {
        long[] numbers = new long[3];
        Message.walk("header", header, field -> {
            if (field.id() < numbers.length) {
                numbers[field.id()] = field.number();
            } else if (field.id() == 3) {
                Message.walk("version", field.bytes(), BundleIndex::expectVersion);
            }
        });
        if (numbers[2] != 0) {
            throw new InvalidInputException(
                    "header", "says that the tensors are big-endian, expected little-endian ones");
        }
        return (int) Math.min(numbers[1], Integer.MAX_VALUE);
    }

    private static void expectVersion(Message.Field field) {
        if (field.id() == 2 && field.number() > VERSION) {
            throw new InvalidInputException(
                    "header", "asks for a reader of version %d, this one is %d".formatted(field.number(), VERSION));
        }
    }
}
