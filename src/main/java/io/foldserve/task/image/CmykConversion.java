package io.foldserve.task.image;

/**
 * Four stored JPEG components to RGB as Pillow does it: YCCK to CMYK by JFIF's equations in libjpeg's 16-bit fixed
 * point, the inks taken as inverted, then {@code channel = K' − ink · K' / 255} with {@code K' = 255 − K}, rounded.
 */
final class CmykConversion {
    private static final int HALF = 1 << 15;
    private static final int CR_TO_RED = fixed(1.40200);
    private static final int CB_TO_BLUE = fixed(1.77200);
    private static final int CR_TO_GREEN = fixed(0.71414);
    private static final int CB_TO_GREEN = fixed(0.34414);

    private CmykConversion() {}

    private static int fixed(double factor) {
        return (int) (factor * (1 << 16) + 0.5);
    }

    /** {@code stored} has 4 bytes a pixel: C, M, Y, K or Y, Cb, Cr, K. */
    static RasterImage toRgb(int width, int height, byte[] stored, boolean ycck) {
        byte[] rgb = new byte[width * height * 3];
        for (int in = 0, out = 0; out < rgb.length; in += 4, out += 3) {
            int first = stored[in] & 0xFF;
            int second = stored[in + 1] & 0xFF;
            int third = stored[in + 2] & 0xFF;
            int light = stored[in + 3] & 0xFF;
            if (ycck) {
                int cb = second - 128;
                int cr = third - 128;
                int luma = first;
                first = 255 - clip(luma + ((CR_TO_RED * cr + HALF) >> 16));
                second = 255 - clip(luma + ((HALF - CB_TO_GREEN * cb - CR_TO_GREEN * cr) >> 16));
                third = 255 - clip(luma + ((CB_TO_BLUE * cb + HALF) >> 16));
            }
            rgb[out] = channel(255 - first, light);
            rgb[out + 1] = channel(255 - second, light);
            rgb[out + 2] = channel(255 - third, light);
        }
        return new RasterImage(width, height, 3, rgb);
    }

    private static byte channel(int ink, int light) {
        int product = ink * light + 128;
        return (byte) clip(light - (((product >> 8) + product) >> 8));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
