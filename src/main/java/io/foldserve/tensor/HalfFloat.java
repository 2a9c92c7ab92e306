package io.foldserve.tensor;

/** IEEE 754 binary16 decoding, which the JDK has only from version 20 on. */
final class HalfFloat {
    private HalfFloat() {}

    /** The value of the binary16 number with these bits; exact, since every one is a binary32 number. */
    static float toFloat(short half) {
        int bits = half & 0xFFFF;
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1F;
        int mantissa = bits & 0x3FF;
        if (exponent == 0) {
            float subnormal = mantissa * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | mantissa << 13);
    }
}
