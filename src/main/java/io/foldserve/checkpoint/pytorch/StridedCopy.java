package io.foldserve.checkpoint.pytorch;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Packs the elements of a strided view row-major and little-endian. */
final class StridedCopy {
    private final ByteBuffer from;
    private final ByteBuffer to;
    private final int elementBytes;

    private StridedCopy(ByteBuffer from, ByteBuffer to, int elementBytes) {
        this.from = from;
        this.to = to;
        this.elementBytes = elementBytes;
    }

    /**
     * The packed elements, in new memory.
     *
     * @param from the view's bytes from its first element on, in their own byte order
     * @param strides per axis, in elements, 0 or more; the caller has checked that they stay inside {@code from}
     */
    static ByteBuffer pack(ByteBuffer from, DType dtype, Shape shape, List<Long> strides) {
        ByteBuffer to = ByteBuffer.allocate(Math.multiplyExact(shape.size(), dtype.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        StridedCopy copy = new StridedCopy(from, to, dtype.bytes());
        if (shape.size() > 0) {
            copy.all(
                    shape.toArray(),
                    strides.stream().mapToLong(stride -> stride * dtype.bytes()).toArray());
        }
        return to.flip();
    }

    /** Counts the index like an odometer, last axis fastest, and moves the offset along. */
    private void all(int[] extents, long[] byteStrides) {
        int[] index = new int[extents.length];
        long offset = 0;
        int axis;
        do {
            element((int) offset);
            for (axis = extents.length - 1; axis >= 0; axis--) {
                offset += byteStrides[axis];
                if (++index[axis] < extents[axis]) {
                    break;
                }
                offset -= byteStrides[axis] * extents[axis];
                index[axis] = 0;
            }
        } while (axis >= 0);
    }

    private void element(int offset) {
        switch (elementBytes) {
            case 1 -> to.put(from.get(offset));
            case 2 -> to.putShort(from.getShort(offset));
            case 4 -> to.putInt(from.getInt(offset));
            default -> to.putLong(from.getLong(offset));
        }
    }
}
