package io.foldserve.checkpoint.base;

import io.foldserve.problem.InvalidInputException;

/**
 * The heap that the tensors of one file may cost when they cannot be what was read: 1 MiB and four times the
 * file.
 *
 * <p>Without it a file of a few bytes could ask for gigabytes: a stride of zero repeats one element for ever. Not
 * thread-safe: one instance belongs to one reading.
 */
public final class MemoryBudget {
    private static final long FLOOR = 1 << 20;
    private static final long FILES = 4;

    private final long allowed;
    private long charged;

    /** The budget for a file of {@code fileSize} bytes. */
    public MemoryBudget(long fileSize) {
        this.allowed = FLOOR + FILES * fileSize;
    }

    /**
     * Takes {@code bytes}, at least 0, out of the budget; call it before allocating.
     *
     * @throws InvalidInputException if less than that is left
     */
    public void charge(long bytes) {
        if (bytes > allowed - charged) {
            throw new InvalidInputException(
                    "memory",
                    "unpacking %d more bytes exceeds the %d that a file of this size may take"
                            .formatted(bytes, allowed));
        }
        charged += bytes;
    }
}
