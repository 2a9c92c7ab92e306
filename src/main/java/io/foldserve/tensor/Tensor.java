package io.foldserve.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/**
 * An immutable dense tensor: an element type, a shape, and its elements row-major over little-endian bytes.
 *
 * <p>Thread-safe. The bytes may be a view of a mapped file, so that a checkpoint's tensors cost no heap until they are
 * converted.
 */
public final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer bytes;

    private Tensor(DType dtype, Shape shape, ByteBuffer bytes) {
        this.dtype = dtype;
        this.shape = shape;
        this.bytes = bytes;
    }

    /**
     * A tensor over {@code bytes}, from its position to its limit, which are not copied: the caller gives up writing to
     * them.
     *
     * @throws IllegalArgumentException if the number of bytes is not what {@code dtype} and {@code shape} ask for
     */
    public static Tensor ofBytes(DType dtype, Shape shape, ByteBuffer bytes) {
        long expected = (long) shape.size() * dtype.bytes();
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException("a %s tensor of shape %s has %d bytes, expected %d"
                    .formatted(dtype, shape, bytes.remaining(), expected));
        }
        return new Tensor(dtype, shape, bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** A FLOAT32 tensor with a copy of {@code values}. */
    public static Tensor ofFloats(Shape shape, float... values) {
        ByteBuffer buffer = allocate(shape, values.length, Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return new Tensor(DType.FLOAT32, shape, buffer.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** A FLOAT64 tensor with a copy of {@code values}. */
    public static Tensor ofDoubles(Shape shape, double... values) {
        ByteBuffer buffer = allocate(shape, values.length, Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        return new Tensor(DType.FLOAT64, shape, buffer.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** An INT64 tensor with a copy of {@code values}. */
    public static Tensor ofLongs(Shape shape, long... values) {
        ByteBuffer buffer = allocate(shape, values.length, Long.BYTES);
        buffer.asLongBuffer().put(values);
        return new Tensor(DType.INT64, shape, buffer.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    private static ByteBuffer allocate(Shape shape, int values, int elementBytes) {
        if (values != shape.size()) {
            throw new IllegalArgumentException(
                    "shape %s has %d elements, found %d values".formatted(shape, shape.size(), values));
        }
        return ByteBuffer.allocate(Math.multiplyExact(values, elementBytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The extents. */
    public Shape shape() {
        return shape;
    }

    /** A read-only, little-endian view of all bytes, with its own position. */
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The elements as a new array of doubles, row-major. Exact for every type but the 64-bit integers beyond 2^53.
     */
    public double[] toDoubles() {
        return toDoubles(0, shape.size());
    }

    /**
     * The elements from number {@code from}, row-major, to before number {@code to}; else as {@link #toDoubles()}.
     *
     * @throws IndexOutOfBoundsException if there are no such elements
     */
    public double[] toDoubles(int from, int to) {
        Objects.checkFromToIndex(from, to, shape.size());
        double[] values = new double[to - from];
        if (dtype == DType.FLOAT64) {
            bytes().asDoubleBuffer().get(from, values);
        } else if (dtype == DType.FLOAT32) {
            FloatBuffer floats = bytes().asFloatBuffer();
            for (int i = 0; i < values.length; i++) {
                values[i] = floats.get(from + i);
            }
        } else {
            IntToDoubleFunction element = elements();
            for (int i = 0; i < values.length; i++) {
                values[i] = element.applyAsDouble(from + i);
            }
        }
        return values;
    }

    /** The elements as a new array of floats, row-major; doubles and large integers round to nearest even. */
    public float[] toFloats() {
        float[] values = new float[shape.size()];
        if (dtype == DType.FLOAT32) {
            bytes().asFloatBuffer().get(values);
            return values;
        }
        IntToDoubleFunction element = elements();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) element.applyAsDouble(i);
        }
        return values;
    }

    /**
     * The elements as a new array of longs, row-major.
     *
     * @throws IllegalStateException if the element type is a floating-point type
     */
    public long[] toLongs() {
        if (dtype.isFloating()) {
            throw new IllegalStateException("a " + dtype + " tensor has no integer elements");
        }
        long[] values = new long[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(i);
        }
        return values;
    }

    private long integer(int i) {
        return switch (dtype) {
            case BOOL, UINT8 -> bytes.get(i) & 0xFFL;
            case INT8 -> bytes.get(i);
            case UINT16 -> bytes.getShort(2 * i) & 0xFFFFL;
            case INT16 -> bytes.getShort(2 * i);
            case UINT32 -> bytes.getInt(4 * i) & 0xFFFF_FFFFL;
            case INT32 -> bytes.getInt(4 * i);
            case UINT64, INT64 -> bytes.getLong(8 * i);
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(dtype + " is not an integer");
        };
    }

    private IntToDoubleFunction elements() {
        return switch (dtype) {
            case FLOAT64 -> i -> bytes.getDouble(8 * i);
            case FLOAT32 -> i -> bytes.getFloat(4 * i);
            case BFLOAT16 -> i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case FLOAT16 -> i -> HalfFloat.toFloat(bytes.getShort(2 * i));
            case UINT64 -> i -> unsigned(bytes.getLong(8 * i));
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> this::integer;
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /** Whether the bytes are outside the heap, where native code can read them in place. */
    public boolean isOutsideHeap() {
        return bytes.isDirect();
    }

    /** This tensor with its bytes outside the heap; itself if they are, or there is no room for them there. */
    public Tensor outsideHeap() {
        if (isOutsideHeap()) {
            return this;
        }
        ByteBuffer copy;
        try {
            copy = ByteBuffer.allocateDirect(bytes.remaining());
        } catch (OutOfMemoryError none) {
            // The JDK's own bound on memory outside the heap, which leaves the process sound.
            return this;
        }
        return ofBytes(dtype, shape, copy.put(bytes()).flip());
    }

    /** This tensor's elements under another shape of the same size, sharing the bytes. */
    public Tensor reshape(Shape other) {
        if (other.size() != shape.size()) {
            throw new IllegalArgumentException("cannot reshape " + shape + " to " + other);
        }
        return new Tensor(dtype, other, bytes);
    }

    /** This tensor as FLOAT64; itself if it is already. */
    public Tensor toFloat64() {
        return dtype == DType.FLOAT64 ? this : ofDoubles(shape, toDoubles());
    }

    /** This tensor as FLOAT32, each element rounded once to nearest even; itself if it is already. */
    public Tensor toFloat32() {
        return dtype == DType.FLOAT32 ? this : ofFloats(shape, toFloats());
    }

    /** Equal types, shapes and bits. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that
                && dtype == that.dtype
                && shape.equals(that.shape)
                && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + bytes.hashCode();
    }

    /** Type and shape, never the contents: {@code FLOAT32 64×3×7×7}. */
    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
