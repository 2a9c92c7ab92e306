package io.foldserve.checkpoint.base;

import io.foldserve.file.FileReads;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The bytes of one checkpoint file, handed out as read-only little-endian buffers; large ones cost no heap.
 *
 * <p>Each region is read when it is asked for, and stays valid after {@link #close()}, whatever becomes of the file. A
 * file that is truncated or rewritten in place between its opening and its closing is refused; replacing it by renaming
 * is safe. Thread-safe.
 */
public final class FileBytes implements Closeable {
    private final long start;
    private final long size;
    private final Regions regions;
    private final Closeable resource;
    private final Optional<Path> path;

    /** Where the bytes come from. */
    private interface Regions {
        /** The bytes, to keep. */
        ByteBuffer region(long offset, int length) throws IOException;

        /** Shows the bytes piece by piece to {@code reader}, which keeps none. */
        default void scan(long offset, long length, Consumer<ByteBuffer> reader) throws IOException {
            for (long at = 0; at < length; at += Integer.MAX_VALUE) {
                reader.accept(region(offset + at, (int) Math.min(Integer.MAX_VALUE, length - at)));
            }
        }
    }

    private FileBytes(long start, long size, Regions regions, Closeable resource, Optional<Path> path) {
        this.start = start;
        this.size = size;
        this.regions = regions;
        this.resource = resource;
        this.path = path;
    }

    /**
     * Opens {@code path} for reading.
     *
     * @throws IOException if it cannot be opened
     */
    public static FileBytes open(Path path) throws IOException {
        FileReads reads = FileReads.open(path);
        return new FileBytes(0, reads.size(), of(reads), reads, Optional.of(path));
    }

    private static Regions of(FileReads reads) {
        return new Regions() {
            @Override
            public ByteBuffer region(long offset, int length) throws IOException {
                return reads.region(offset, length);
            }

            @Override
            public void scan(long offset, long length, Consumer<ByteBuffer> reader) throws IOException {
                reads.scan(offset, length, reader);
            }
        };
    }

    /** The bytes between the position and the limit of {@code bytes}, which are not copied. */
    public static FileBytes of(ByteBuffer bytes) {
        ByteBuffer whole = bytes.slice().asReadOnlyBuffer();
        return new FileBytes(
                0, whole.remaining(), (at, length) -> whole.slice((int) at, length), () -> {}, Optional.empty());
    }

    /**
     * The {@code length} bytes at {@code offset} as a file of their own, which is valid as long as this one is.
     *
     * @throws IndexOutOfBoundsException if they are not inside the file; callers check what a file claims first
     */
    public FileBytes region(long offset, long length) {
        Objects.checkFromToIndex(offset, Math.addExact(offset, length), size);
        return new FileBytes(start + offset, length, regions, () -> {}, Optional.empty());
    }

    /** Where the file is; empty for bytes in memory and for a part of a file. */
    public Optional<Path> path() {
        return path;
    }

    /** The length of the file in bytes. */
    public long size() {
        return size;
    }

    /**
     * The {@code length} bytes at {@code offset} as a read-only little-endian buffer.
     *
     * @throws InvalidInputException if the region cannot be read, is longer than one buffer can be, or the file was
     *     changed
     * @throws IndexOutOfBoundsException if the region is not inside the file; callers check what a file claims first
     */
    public ByteBuffer slice(long offset, long length) {
        Objects.checkFromToIndex(offset, Math.addExact(offset, length), size);
        if (length > Integer.MAX_VALUE) {
            throw new InvalidInputException("file", "a region beyond 2 GiB cannot be read");
        }
        try {
            return regions.region(start + offset, (int) length)
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException failure) {
            throw new InvalidInputException("file", "cannot be read: " + FileFailure.reason(failure));
        }
    }

    /**
     * Shows the {@code length} bytes at {@code offset} piece by piece to {@code reader}, which keeps none of the
     * buffers.
     *
     * @throws InvalidInputException if they cannot be read, or the file was changed
     * @throws IndexOutOfBoundsException if they are not inside the file
     */
    public void scan(long offset, long length, Consumer<ByteBuffer> reader) {
        Objects.checkFromToIndex(offset, Math.addExact(offset, length), size);
        try {
            regions.scan(start + offset, length, reader);
        } catch (IOException failure) {
            throw new InvalidInputException("file", "cannot be read: " + FileFailure.reason(failure));
        }
    }

    /**
     * Closes the file; what was handed out stays valid.
     *
     * @throws InvalidInputException if the file was changed since it was opened
     */
    @Override
    public void close() throws IOException {
        resource.close();
    }
}
