package io.foldserve.checkpoint.hdf5;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.problem.InvalidInputException;
import io.jhdf.Superblock;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * An HDF5 file as jHDF's decoders see it: parts of its bytes, every one checked against the file and counted.
 *
 * <p>A file whose pieces overlap or point at each other in circles would be decoded over and over; the count ends that.
 * Not thread-safe: one instance belongs to one reading.
 */
final class MeteredBytes implements HdfBackingStorage {
    /** What handing out a view costs whatever its length. */
    private static final long BYTES_PER_READ = 64;

    private final FileBytes file;
    private final Superblock superblock;
    private final MemoryBudget budget;

    MeteredBytes(FileBytes file, Superblock superblock) {
        this.file = file;
        this.superblock = superblock;
        this.budget = new MemoryBudget(file.size());
    }

    /**
     * The {@code length} bytes at {@code address}, little-endian.
     *
     * @throws InvalidInputException if they are not in the file, or more was read of it than any honest file needs
     */
    ByteBuffer read(long address, long length) {
        if (address < 0 || length < 0 || length > file.size() || address > file.size() - length) {
            throw new InvalidInputException(
                    "HDF5 file",
                    "refers to %d bytes at %d, and has %d: it is truncated or damaged"
                            .formatted(length, address, file.size()));
        }
        charge(length + BYTES_PER_READ);
        return file.slice(address, length);
    }

    /** Takes {@code bytes} out of what reading the structure of this file may cost. */
    void charge(long bytes) {
        budget.charge(bytes);
    }

    /** The whole file, for the elements of datasets, which are views and cost nothing. */
    FileBytes file() {
        return file;
    }

    @Override
    public ByteBuffer readBufferFromAddress(long address, int length) {
        return read(address, length);
    }

    @Override
    public ByteBuffer map(long address, long length) {
        return read(address, length);
    }

    @Override
    public ByteBuffer mapNoOffset(long address, long length) {
        return read(address, length);
    }

    @Override
    public long getUserBlockSize() {
        return 0;
    }

    @Override
    public Superblock getSuperblock() {
        return superblock;
    }

    @Override
    public FileChannel getFileChannel() {
        throw new UnsupportedOperationException("the file is read region by region only");
    }

    @Override
    public int getSizeOfOffsets() {
        return superblock.getSizeOfOffsets();
    }

    @Override
    public int getSizeOfLengths() {
        return superblock.getSizeOfLengths();
    }

    /** Nothing to close: the file belongs to whoever opened it. */
    @Override
    public void close() {}

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public boolean inMemory() {
        return true;
    }
}
