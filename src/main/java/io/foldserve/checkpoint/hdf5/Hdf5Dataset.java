package io.foldserve.checkpoint.hdf5;

import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A dataset of an HDF5 file, whose elements are not looked at before they are asked for. Thread-safe; the file must be
 * open when they are.
 */
public final class Hdf5Dataset {
    private static final long NEVER_WRITTEN = -1;

    private final String path;
    private final List<Long> extents;
    private final Elements elements;
    private final Place place;

    /** Where the elements are. */
    sealed interface Place {
        /**
         * In one piece in the file; the address is -1 if none was ever written, the size -1 if the file does not say.
         */
        record InFile(FileBytes file, long address, long size) implements Place {}

        /** In the dataset's header. */
        record InHeader(ByteBuffer bytes) implements Place {}

        /** In a way that is not read, and why not. */
        record NotRead(String reason) implements Place {}
    }

    Hdf5Dataset(String path, List<Long> extents, Elements elements, Place place) {
        this.path = path;
        this.extents = List.copyOf(extents);
        this.elements = elements;
        this.place = place;
    }

    /** The names that lead here from the root, separated by slashes. */
    public String path() {
        return path;
    }

    /** How many axes it has; 0 for a single element. */
    public int rank() {
        return extents.size();
    }

    /**
     * The elements as a view of the file.
     *
     * @throws InvalidInputException if their type or the way they are stored is not read, or they are not in the file
     */
    public Tensor tensor() {
        DType dtype = elements.dtype();
        Shape shape = DeclaredShape.of(extents);
        long expected = (long) shape.size() * dtype.bytes();
        return Tensor.ofBytes(dtype, shape, bytes(expected));
    }

    private ByteBuffer bytes(long expected) {
        if (place instanceof Place.InHeader header) {
            return exactly(header.bytes, expected);
        }
        if (place instanceof Place.InFile stored) {
            return inFile(stored, expected);
        }
        throw refused(((Place.NotRead) place).reason);
    }

    private static ByteBuffer exactly(ByteBuffer bytes, long expected) {
        if (bytes.remaining() != expected) {
            throw refused("has %d bytes, expected %d".formatted(bytes.remaining(), expected));
        }
        return bytes;
    }

    private static ByteBuffer inFile(Place.InFile stored, long expected) {
        if (expected == 0) {
            return ByteBuffer.allocate(0);
        }
        long size = stored.file.size();
        if (stored.address == NEVER_WRITTEN) {
            throw refused("has a shape and no elements");
        }
        if (stored.size >= 0 && stored.size != expected) {
            throw refused("has %d bytes, expected %d".formatted(stored.size, expected));
        }
        if (stored.address < 0 || stored.address > size || expected > size - stored.address) {
            throw refused("is said to have %d bytes at %d of a file of %d: it is truncated or damaged"
                    .formatted(expected, stored.address, size));
        }
        return stored.file.slice(stored.address, expected);
    }

    private static InvalidInputException refused(String problem) {
        return new InvalidInputException("dataset", problem);
    }
}
