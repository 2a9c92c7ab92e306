package io.foldserve.file;

import io.foldserve.problem.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads regions of a file into memory by ordinary reads, so that a file that is truncated meanwhile is a problem of its
 * own reading and not, as with a mapping, the end of the process. All but small regions are outside the heap.
 *
 * <p>Regions may overlap: once they were more than the file has, it is read as a whole, and what follows are views. A
 * file that was changed between its opening and its closing is refused. Thread-safe.
 */
public final class FileReads implements Closeable {
    /** What the problems that are found here are about; who knows the file by a name replaces it. */
    public static final String SUBJECT = "file";

    /** Files of this size are read at once. */
    private static final int SMALL = 1 << 20;

    private static final int SHOWN_AT_ONCE = 1 << 18;

    /** So much is read at once where less is asked for: the headers and small tensors of an archive lie close. */
    private static final int PAGE = 1 << 14;

    private final Path path;
    private final FileChannel channel;
    private final BasicFileAttributes opened;
    private long left;
    private Optional<ByteBuffer> whole = Optional.empty();
    private ByteBuffer page = ByteBuffer.allocate(0);
    private long pageStart;

    private FileReads(Path path, FileChannel channel, BasicFileAttributes opened) {
        this.path = path;
        this.channel = channel;
        this.opened = opened;
        this.left = opened.size() + opened.size() / 8 + SMALL;
    }

    /**
     * Opens {@code path}, and reads a small file as a whole.
     *
     * @throws InvalidInputException if the file was changed meanwhile
     * @throws IOException if that is not possible
     */
    public static FileReads open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            FileReads reads = new FileReads(path, channel, Files.readAttributes(path, BasicFileAttributes.class));
            if (reads.size() <= SMALL) {
                reads.whole = Optional.of(reads.all());
            }
            return reads;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** The length of the file when it was opened, in bytes. */
    public long size() {
        return opened.size();
    }

    /**
     * The {@code length} bytes at {@code offset}, which are inside the file.
     *
     * @throws InvalidInputException if the file was changed since it was opened, or names its bytes over and over
     * @throws IOException if they cannot be read
     */
    public synchronized ByteBuffer region(long offset, int length) throws IOException {
        left -= length;
        if (whole.isEmpty() && left < 0) {
            if (size() > Integer.MAX_VALUE) {
                throw new InvalidInputException(SUBJECT, "names the same bytes over and over");
            }
            whole = Optional.of(all());
        }
        return whole.isPresent() ? whole.get().slice((int) offset, length) : read(offset, length);
    }

    /**
     * Shows the {@code length} bytes at {@code offset}, which are inside the file, piece by piece to {@code reader},
     * which keeps none of the buffers.
     *
     * @throws InvalidInputException if the file was changed since it was opened
     * @throws IOException if they cannot be read
     */
    public void scan(long offset, long length, Consumer<ByteBuffer> reader) throws IOException {
        if (length <= PAGE) {
            reader.accept(paged(offset, (int) length));
            return;
        }
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(SHOWN_AT_ONCE, length));
        for (long at = 0; at < length; at += piece.limit()) {
            piece.clear().limit((int) Math.min(piece.capacity(), length - at));
            reader.accept(fill(piece, offset + at));
        }
    }

    private ByteBuffer all() throws IOException {
        return fill(outsideHeap((int) size()), 0);
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        return length <= PAGE ? paged(offset, length) : fill(outsideHeap(length), offset);
    }

    /** Copies, so that a few bytes that are kept do not keep the page. */
    private synchronized ByteBuffer paged(long offset, int length) throws IOException {
        if (offset < pageStart || offset + length > pageStart + page.limit()) {
            page = fill(ByteBuffer.allocate((int) Math.min(PAGE, size() - offset)), offset);
            pageStart = offset;
        }
        byte[] copy = new byte[length];
        page.get((int) (offset - pageStart), copy);
        return ByteBuffer.wrap(copy);
    }

    private ByteBuffer fill(ByteBuffer bytes, long offset) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw changed("ends at byte %d of %d".formatted(offset + bytes.position(), size()));
            }
        }
        return bytes.flip();
    }

    /**
     * The JDK reports a lack of memory outside the heap as an error of its own making, which leaves the process sound.
     */
    private static ByteBuffer outsideHeap(int length) {
        try {
            return ByteBuffer.allocateDirect(length);
        } catch (OutOfMemoryError none) {
            throw new InvalidInputException(
                    SUBJECT,
                    "needs %d MiB outside the heap at once, which are not left: raise -XX:MaxDirectMemorySize"
                            .formatted(length >> 20));
        }
    }

    /**
     * Closes the file; what was read stays valid. A file that took the place of this one by renaming is another file.
     *
     * @throws InvalidInputException if the file was changed since it was opened
     */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        long size = channel.size();
        channel.close();
        if (size != size()) {
            throw changed("has %d bytes, had %d".formatted(size, size()));
        }
        Optional<BasicFileAttributes> now = attributes();
        boolean same = now.isPresent() && Objects.equals(now.get().fileKey(), opened.fileKey());
        if (same && !now.get().lastModifiedTime().equals(opened.lastModifiedTime())) {
            throw changed("was written to");
        }
    }

    private Optional<BasicFileAttributes> attributes() {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static InvalidInputException changed(String how) {
        return new InvalidInputException(
                SUBJECT,
                "was changed while it was read: it %s; write a new file beside it and rename that into its place"
                        .formatted(how));
    }
}
