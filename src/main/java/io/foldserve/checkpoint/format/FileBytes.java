package io.foldserve.checkpoint.format;

import io.foldserve.problem.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * The bytes of one checkpoint file, handed out as read-only little-endian views that cost no heap.
 *
 * <p>A file up to 2 GiB is mapped once; of a larger one, each region is mapped when it is asked for. Views stay valid
 * after {@link #close()}; the file must not be truncated or rewritten in place while they are in use (replacing it by
 * renaming is safe). Thread-safe.
 */
public final class FileBytes implements Closeable {
    private final long size;
    private final Regions regions;
    private final Closeable resource;
    private final Optional<Path> path;

    private interface Regions {
        ByteBuffer region(long offset, int length) throws IOException;
    }

    private FileBytes(long size, Regions regions, Closeable resource, Optional<Path> path) {
        this.size = size;
        this.regions = regions;
        this.resource = resource;
        this.path = path;
    }

    /**
     * Opens {@code path} for reading.
     *
     * @throws IOException if it cannot be opened or mapped
     */
    public static FileBytes open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                return new FileBytes(
                        size,
                        (at, length) -> channel.map(FileChannel.MapMode.READ_ONLY, at, length),
                        channel,
                        Optional.of(path));
            }
            ByteBuffer whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
            return new FileBytes(size, (at, length) -> whole.slice((int) at, length), channel, Optional.of(path));
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** The bytes between the position and the limit of {@code bytes}, which are not copied. */
    public static FileBytes of(ByteBuffer bytes) {
        ByteBuffer whole = bytes.slice().asReadOnlyBuffer();
        return new FileBytes(
                whole.remaining(), (at, length) -> whole.slice((int) at, length), () -> {}, Optional.empty());
    }

    /**
     * The {@code length} bytes at {@code offset} as a file of their own, which is valid as long as this one is.
     *
     * @throws IndexOutOfBoundsException if they are not inside the file; callers check what a file claims first
     */
    public FileBytes region(long offset, long length) {
        Objects.checkFromToIndex(offset, Math.addExact(offset, length), size);
        return new FileBytes(length, (at, count) -> regions.region(offset + at, count), () -> {}, Optional.empty());
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
     * The {@code length} bytes at {@code offset} as a read-only little-endian view.
     *
     * @throws InvalidInputException if the region cannot be mapped, or is longer than one mapping can be
     * @throws IndexOutOfBoundsException if the region is not inside the file; callers check what a file claims first
     */
    public ByteBuffer slice(long offset, long length) {
        Objects.checkFromToIndex(offset, Math.addExact(offset, length), size);
        if (length > Integer.MAX_VALUE) {
            throw new InvalidInputException("file", "a region beyond 2 GiB cannot be mapped");
        }
        try {
            return regions.region(offset, (int) length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException failure) {
            throw new InvalidInputException("file", "cannot be mapped: " + failure.getMessage());
        }
    }

    /** Closes the file; views that were handed out stay valid. */
    @Override
    public void close() throws IOException {
        resource.close();
    }
}
