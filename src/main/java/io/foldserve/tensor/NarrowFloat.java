package io.foldserve.tensor;

/**
 * A binary floating-point format of 16 bits: IEEE 754 binary16, and bfloat16, the upper half of binary32.
 * Immutable.
 *
 * @param fractionBits the stored bits of the significand
 * @param leastExponent of a normal number
 * @param largestExponent of a finite number
 */
public record NarrowFloat(int fractionBits, int leastExponent, int largestExponent) {
    public static final NarrowFloat BINARY16 = new NarrowFloat(10, -14, 15);

    public static final NarrowFloat BFLOAT16 = new NarrowFloat(7, -126, 127);

    /**
     * The bits of the number nearest to {@code value}, of two the even one: infinity beyond the largest. It is rounded
     * once, so that binary32 never stands between.
     */
    public short bits(double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        int infinity = (largestExponent - leastExponent + 2) << fractionBits;
        if (Double.isNaN(value)) {
            return (short) (sign | infinity | 1 << (fractionBits - 1));
        }
        int exponent = Math.max(Math.getExponent(value), leastExponent);
        if (exponent > largestExponent) {
            return (short) (sign | infinity);
        }
        // In units of the last place; one that rounds up to the next power of two carries into the exponent.
        int significand = (int) Math.rint(Math.scalb(Math.abs(value), fractionBits - exponent));
        return (short) (sign | (((exponent - leastExponent) << fractionBits) + significand));
    }
}
