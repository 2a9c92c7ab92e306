package io.foldserve.checkpoint.mxnet;

import io.foldserve.checkpoint.base.ByteCursor;
import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.mxnet.StoredArray.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what stands before an array's elements, and passes over them. Since MXNet 0.12 that is: a number that names the
 * layout, the kind of storage (4 bytes), for sparse arrays the shape of their elements, the shape (the number of axes
 * in 4 bytes, each extent in 8), the device (8 bytes), the element type (4 bytes), for sparse arrays type and shape of
 * each array of indices; then the elements and the indices. The layout before had no storage kinds, and the first one
 * neither that number nor extents of 8 bytes. See {@code NDArray::Save}, {@code NDArray::Load} and
 * {@code NDArray::LegacyLoad} in MXNet's {@code src/ndarray/ndarray.cc}.
 */
final class ArrayParser {
    private static final int WIDE_SHAPES = 0xF993FAC8;
    private static final int STORAGE_KINDS = 0xF993FAC9;

    /** As {@link #STORAGE_KINDS}, but an array without axes holds one element, and one of -1 axes is none. */
    private static final int NUMPY_SHAPES = 0xF993FACA;

    private static final int UNDEFINED = -1;
    private static final StoredArray NOTHING = new StoredArray(Storage.NONE, List.of(), 0, 0);

    private final ByteCursor cursor;

    ArrayParser(ByteCursor cursor) {
        this.cursor = cursor;
    }

    /** The array at the cursor, which moves behind it. */
    StoredArray next() {
        int layout = cursor.int32();
        return switch (layout) {
            case STORAGE_KINDS -> array(storage(), false);
            case NUMPY_SHAPES -> array(storage(), true);
            case WIDE_SHAPES -> dense(wide(cursor.int32()), false);
            default -> dense(narrow(layout), false);
        };
    }

    private Storage storage() {
        int kind = cursor.int32();
        return switch (kind) {
            case UNDEFINED -> Storage.NONE;
            case 0 -> Storage.DENSE;
            case 1 -> Storage.ROW_SPARSE;
            case 2 -> Storage.CSR;
            default -> throw cursor.broken("the kind of storage is %d, expected 0 to 2".formatted(kind));
        };
    }

    private StoredArray array(Storage storage, boolean numpy) {
        if (storage.indexArrays() == 0) {
            int axes = cursor.int32();
            return numpy && axes == UNDEFINED ? NOTHING : dense(wide(axes), numpy);
        }
        List<Long> stored = wide(cursor.int32());
        List<Long> extents = wide(cursor.int32());
        if (extents.isEmpty()) {
            return NOTHING;
        }
        int type = deviceAndType();
        long indices = 0;
        for (int i = 0; i < storage.indexArrays(); i++) {
            int indexType = type();
            indices = Math.addExact(indices, bytes(indexType, wide(cursor.int32())));
        }
        long offset = cursor.skip(bytes(type, stored));
        cursor.skip(indices);
        return new StoredArray(storage, extents, type, offset);
    }

    private StoredArray dense(List<Long> extents, boolean scalars) {
        if (extents.isEmpty() && !scalars) {
            return NOTHING;
        }
        int type = deviceAndType();
        return new StoredArray(Storage.DENSE, extents, type, cursor.skip(bytes(type, extents)));
    }

    private int deviceAndType() {
        cursor.skip(Long.BYTES);
        return type();
    }

    private int type() {
        int flag = cursor.int32();
        if (!ElementFlag.isKnown(flag)) {
            throw cursor.broken("the element type is %d, which is not read".formatted(flag));
        }
        return flag;
    }

    private List<Long> wide(int axes) {
        List<Long> extents = new ArrayList<>();
        for (int i = 0; i < checked(axes); i++) {
            extents.add(cursor.int64());
        }
        return extents;
    }

    private List<Long> narrow(int axes) {
        List<Long> extents = new ArrayList<>();
        for (int i = 0; i < checked(axes); i++) {
            extents.add(cursor.int32() & 0xFFFF_FFFFL);
        }
        return extents;
    }

    private int checked(int axes) {
        if (axes < 0 || axes > DeclaredShape.MOST_AXES) {
            throw cursor.broken("an array of %d axes, at most %d are read".formatted(axes, DeclaredShape.MOST_AXES));
        }
        return axes;
    }

    /** Where the next array starts follows from this one's size, so a shape beyond the file ends the reading. */
    private long bytes(int type, List<Long> extents) {
        long bytes = ElementFlag.type(type).bytes();
        for (long extent : extents) {
            if (extent < 0 || (extent > 0 && bytes > cursor.remaining() / extent)) {
                throw cursor.broken(
                        "an array of shape %s and %d bytes are left".formatted(extents, cursor.remaining()));
            }
            bytes *= extent;
        }
        return bytes;
    }
}
