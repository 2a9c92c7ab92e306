package io.foldserve.fold.term;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of a kernel or bias in the making: float64 values, kept as they are or each rounded to float32 once.
 * Nothing else in a fold rounds what was composed. Threads may put different elements at the same time.
 */
public final class Elements {
    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer bytes;

    /**
     * Elements of {@code shape}, zero until they are put.
     *
     * @param dtype FLOAT64 to keep values as they are, FLOAT32 to round them
     */
    public Elements(DType dtype, Shape shape) {
        this.dtype = dtype;
        this.shape = shape;
        this.bytes = ByteBuffer.allocate(Math.multiplyExact(shape.size(), dtype.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sets the element number {@code index} in row-major order. */
    public void put(int index, double value) {
        if (dtype == DType.FLOAT32) {
            bytes.putFloat(index * Float.BYTES, (float) value);
        } else {
            bytes.putDouble(index * Double.BYTES, value);
        }
    }

    /** The tensor of all elements; nothing may be put afterwards. */
    public Tensor tensor() {
        return Tensor.ofBytes(dtype, shape, bytes);
    }
}
