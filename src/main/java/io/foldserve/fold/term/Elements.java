package io.foldserve.fold.term;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.NarrowFloat;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of a kernel or bias in the making: float64 values, kept as they are or each rounded once to the type of
 * the layer.
 * Nothing else in a fold rounds what was composed. Threads may put different elements at the same time.
 */
public final class Elements {
    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer bytes;

    /**
     * Elements of {@code shape}, zero until they are put.
     *
     * @param dtype FLOAT64 to keep values as they are, FLOAT32, FLOAT16 or BFLOAT16 to round them
     */
    public Elements(DType dtype, Shape shape) {
        this.dtype = dtype;
        this.shape = shape;
        this.bytes = ByteBuffer.allocate(Math.multiplyExact(shape.size(), dtype.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sets the element number {@code index} in row-major order. */
    public void put(int index, double value) {
        switch (dtype) {
            case FLOAT32 -> bytes.putFloat(index * Float.BYTES, (float) value);
            case FLOAT16 -> bytes.putShort(index * Short.BYTES, NarrowFloat.BINARY16.bits(value));
            case BFLOAT16 -> bytes.putShort(index * Short.BYTES, NarrowFloat.BFLOAT16.bits(value));
            default -> bytes.putDouble(index * Double.BYTES, value);
        }
    }

    /** The tensor of all elements; nothing may be put afterwards. */
    public Tensor tensor() {
        return Tensor.ofBytes(dtype, shape, bytes);
    }
}
