package io.foldserve.checkpoint.tensorflow;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * A LevelDB table (LevelDB, {@code doc/table_format.md}): blocks of keys and values in the order of the keys, each key
 * without the start that it shares with the one before, a block of the blocks' places, and a footer.
 *
 * <p>Every block is compared with its checksum. Compressed blocks are refused: TensorFlow writes none. Not thread-safe:
 * one instance belongs to one reading.
 */
final class SortedTable {
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int FOOTER = 48;

    /** The byte that says how a block is compressed, and its checksum. */
    private static final int TRAILER = 5;

    private static final int LONGEST_KEY = 4096;

    private final FileBytes file;
    private final MemoryBudget budget;

    SortedTable(FileBytes file, MemoryBudget budget) {
        this.file = file;
        this.budget = budget;
    }

    /** Whether {@code file} ends like a table. */
    static boolean recognises(FileBytes file) {
        return file.size() >= FOOTER
                && file.slice(file.size() - Long.BYTES, Long.BYTES).getLong() == MAGIC;
    }

    /**
     * Hands every key and value to {@code visitor}, in order; a value is a view of the file.
     *
     * @throws InvalidInputException if the table is damaged
     */
    void visit(BiConsumer<byte[], ByteBuffer> visitor) {
        ByteBuffer footer = file.slice(file.size() - FOOTER, FOOTER);
        block(footer);
        Order order = new Order();
        visitBlock(block(footer), new Order(), (lastKey, place) -> visitBlock(block(place), order, visitor));
    }

    /** The block whose place is written at the position of {@code handle}, which moves behind it. */
    private ByteBuffer block(ByteBuffer handle) {
        long offset = Varint.read(handle);
        long length = Varint.read(handle);
        long end = file.size() - FOOTER;
        if (offset < 0 || length < 0 || offset > end || length > end - offset - TRAILER) {
            throw broken(
                    "a block is said to have %d bytes at %d of a file of %d".formatted(length, offset, file.size()));
        }
        budget.charge(length);
        ByteBuffer stored = file.slice(offset, length + TRAILER);
        int found = MaskedCrc.of(stored.slice(0, (int) length + 1));
        int expected = stored.getInt((int) length + 1);
        if (found != expected) {
            throw broken("the block at %d has checksum %08x, expected %08x".formatted(offset, found, expected));
        }
        int compression = stored.get((int) length);
        if (compression != 0) {
            throw broken("the block at %d is compressed (type %d), expected a block as TensorFlow writes it"
                    .formatted(offset, compression));
        }
        return stored.slice(0, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void visitBlock(ByteBuffer block, Order order, BiConsumer<byte[], ByteBuffer> visitor) {
        int restarts = block.remaining() < Integer.BYTES ? -1 : block.getInt(block.limit() - Integer.BYTES);
        if (restarts < 0 || restarts > (block.limit() - Integer.BYTES) / Integer.BYTES) {
            throw broken("a block of %d bytes cannot have %d restarts".formatted(block.limit(), restarts));
        }
        block.limit(block.limit() - Integer.BYTES * (restarts + 1));
        byte[] key = {};
        while (block.hasRemaining()) {
            long shared = Varint.read(block);
            long rest = Varint.read(block);
            long value = Varint.read(block);
            if (shared < 0
                    || shared > key.length
                    || rest < 0
                    || value < 0
                    || rest > block.remaining()
                    || value > block.remaining() - rest) {
                throw broken("an entry is said to have %d + %d bytes of key and %d of value, where %d are left"
                        .formatted(shared, rest, value, block.remaining()));
            }
            key = key(key, shared, rest, block);
            order.next(key);
            visitor.accept(key, block.slice(block.position(), (int) value));
            block.position(block.position() + (int) value);
        }
    }

    private byte[] key(byte[] before, long shared, long rest, ByteBuffer block) {
        long length = shared + rest;
        if (length > LONGEST_KEY) {
            throw broken("a key has %d bytes, at most %d are read".formatted(length, LONGEST_KEY));
        }
        budget.charge(length);
        byte[] key = Arrays.copyOf(before, (int) length);
        block.get(key, (int) shared, (int) rest);
        return key;
    }

    /** The check that every key is greater than the one before, in whatever block that is. */
    private static final class Order {
        private byte[] last = {};
        private boolean started;

        void next(byte[] key) {
            if (started && Arrays.compareUnsigned(last, key) >= 0) {
                throw broken("its keys are not in order");
            }
            last = key;
            started = true;
        }
    }

    private static InvalidInputException broken(String problem) {
        return new InvalidInputException("index", problem);
    }
}
