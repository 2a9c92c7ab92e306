package io.foldserve.checkpoint.base;

import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads little-endian numbers from a file one after another, through a window of it, and never past its end.
 *
 * <p>Not thread-safe.
 */
public final class ByteCursor {
    private static final int WINDOW = 1 << 16;

    private final FileBytes file;
    private final String subject;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;

    /** Starts at {@code position}; problems are reported about {@code subject}. */
    public ByteCursor(FileBytes file, String subject, long position) {
        this.file = file;
        this.subject = subject;
        this.windowStart = position;
    }

    /** Where the next number starts. */
    public long position() {
        return windowStart + window.position();
    }

    /** How many bytes are left. */
    public long remaining() {
        return file.size() - position();
    }

    /** The next 4 bytes. */
    public int int32() {
        return need(Integer.BYTES).getInt();
    }

    /** The next 8 bytes. */
    public long int64() {
        return need(Long.BYTES).getLong();
    }

    /**
     * The next {@code length} bytes, at most 65,536, as a new array.
     *
     * @throws InvalidInputException if there are fewer, or more are asked for
     */
    public byte[] bytes(long length) {
        if (length < 0 || length > WINDOW) {
            throw broken("%d bytes are announced, at most %d are read".formatted(length, WINDOW));
        }
        byte[] bytes = new byte[(int) Math.min(length, remaining())];
        need((int) length).get(bytes);
        return bytes;
    }

    /**
     * Passes over {@code length} bytes and returns where they start.
     *
     * @throws InvalidInputException if there are fewer
     */
    public long skip(long length) {
        long start = position();
        if (length < 0 || length > remaining()) {
            throw broken("%d bytes are announced, %d are left".formatted(length, remaining()));
        }
        windowStart = start + length;
        window = ByteBuffer.allocate(0);
        return start;
    }

    /** A problem at the current position. */
    public InvalidInputException broken(String problem) {
        return new InvalidInputException(subject, "at byte %d: %s".formatted(position(), problem));
    }

    private ByteBuffer need(int length) {
        if (window.remaining() < length) {
            if (length > remaining()) {
                throw broken("%d bytes are announced, %d are left".formatted(length, remaining()));
            }
            windowStart = position();
            window = file.slice(windowStart, Math.min(WINDOW, file.size() - windowStart))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        return window;
    }
}
