package io.foldserve.tensor;

/** The element types of a {@link Tensor}, with their size in bytes. Multi-byte elements are little-endian. */
public enum DType {
    BOOL(1),
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    UINT64(8),
    INT64(8),
    FLOAT16(2),
    BFLOAT16(2),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** The size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** True for the four floating-point types. */
    public boolean isFloating() {
        return this == FLOAT16 || this == BFLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /**
     * u, the largest relative error of rounding a number to this floating-point type, where the result is normal.
     *
     * @throws IllegalStateException for another type
     */
    public double unitRoundoff() {
        return switch (this) {
            case FLOAT16 -> 0x1p-11;
            case BFLOAT16 -> 0x1p-8;
            case FLOAT32 -> 0x1p-24;
            case FLOAT64 -> 0x1p-53;
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> throw notFloating();
        };
    }

    /**
     * The least number that this floating-point type holds with all its digits; those below it are rounded by
     * {@link #unitRoundoff()} times it at most.
     *
     * @throws IllegalStateException for another type
     */
    public double leastNormal() {
        return switch (this) {
            case FLOAT16 -> 0x1p-14;
            case BFLOAT16, FLOAT32 -> Float.MIN_NORMAL;
            case FLOAT64 -> Double.MIN_NORMAL;
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> throw notFloating();
        };
    }

    private IllegalStateException notFloating() {
        return new IllegalStateException(this + " is no floating-point type");
    }
}
