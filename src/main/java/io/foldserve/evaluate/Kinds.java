package io.foldserve.evaluate;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;

/** The three kinds of value that the interpreter computes with: FLOAT64 for reals, INT64 for integers, BOOL. */
final class Kinds {
    private Kinds() {}

    /** {@code tensor} in its kind's type. */
    static Tensor widened(Tensor tensor) {
        if (tensor.dtype().isFloating()) {
            return tensor.toFloat64();
        }
        if (tensor.dtype() == DType.BOOL || tensor.dtype() == DType.INT64) {
            return tensor;
        }
        return Tensor.ofLongs(tensor.shape(), tensor.toLongs());
    }

    /** A tensor of {@code dtype}'s kind; integers of up to 53 bits are exact. */
    static Tensor tensor(DType dtype, Shape shape, double[] values) {
        if (dtype.isFloating()) {
            return Tensor.ofDoubles(shape, values);
        }
        if (dtype == DType.BOOL) {
            return booleans(shape, values);
        }
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = (long) values[i];
        }
        return Tensor.ofLongs(shape, integers);
    }

    private static Tensor booleans(Shape shape, double[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] == 0 ? 0 : 1);
        }
        return Tensor.ofBytes(DType.BOOL, shape, ByteBuffer.wrap(bytes));
    }
}
