package io.foldserve.task.image;

/**
 * Resizes 8-bit pictures as OpenCV's {@code cv2.resize} does, bit for bit (version 5.0.0): by the nearest
 * pixel; bilinearly without antialiasing, in fixed point with weights of 11 bits; and by area, which shrinking sums up
 * and enlarging does bilinearly at other positions. Bilinear to exactly half of each side is by area, as there.
 *
 * <p>Source: the implementation, modules/imgproc/src/resize.cpp.
 *
 * <p>Stateless and thread-safe.
 */
final class OpenCvResampler {
    private OpenCvResampler() {}

    /** {@code INTER_NEAREST}: position i reads at {@code ⌊i · in / out⌋}. */
    static RasterImage nearest(RasterImage source, int width, int height, Region region) {
        expectWithin(region, width, height);
        int channels = source.channels();
        byte[] in = source.array();
        byte[] out = new byte[Math.multiplyExact(region.width() * region.height(), channels)];
        for (int y = 0, to = 0; y < region.height(); y++) {
            int row = floor(region.top() + y, source.height(), height) * source.width();
            for (int x = 0; x < region.width(); x++, to += channels) {
                int from = (row + floor(region.left() + x, source.width(), width)) * channels;
                System.arraycopy(in, from, out, to, channels);
            }
        }
        return new RasterImage(region.width(), region.height(), channels, out);
    }

    private static int floor(int position, int in, int out) {
        return Math.min((int) Math.floor(position * scale(in, out)), in - 1);
    }

    /** {@code INTER_LINEAR}. */
    static RasterImage linear(RasterImage source, int width, int height, Region region) {
        expectWithin(region, width, height);
        if (source.width() == 2 * width && source.height() == 2 * height) {
            return OpenCvArea.shrink(source, width, height, region);
        }
        return linear(
                source,
                OpenCvAxis.centred(source.width(), width, region.left(), region.width(), true),
                OpenCvAxis.centred(source.height(), height, region.top(), region.height(), false));
    }

    /** {@code INTER_AREA}. */
    static RasterImage area(RasterImage source, int width, int height, Region region) {
        expectWithin(region, width, height);
        if (source.width() >= width && source.height() >= height) {
            return OpenCvArea.shrink(source, width, height, region);
        }
        return linear(
                source,
                OpenCvAxis.cornered(source.width(), width, region.left(), region.width(), true),
                OpenCvAxis.cornered(source.height(), height, region.top(), region.height(), false));
    }

    /** How many input samples one output stands for, with the roundings of OpenCV. */
    static double scale(int in, int out) {
        return 1 / ((double) out / in);
    }

    private static RasterImage linear(RasterImage source, OpenCvAxis across, OpenCvAxis down) {
        int channels = source.channels();
        int[] upper = new int[across.outputs() * channels];
        int[] lower = new int[upper.length];
        byte[] out = new byte[Math.multiplyExact(upper.length, down.outputs())];
        for (int y = 0, to = 0; y < down.outputs(); y++) {
            horizontal(source, within(down.first(y), source.height()), across, upper);
            horizontal(source, within(down.first(y) + 1, source.height()), across, lower);
            int first = down.firstWeight(y);
            int second = down.secondWeight(y);
            for (int i = 0; i < upper.length; i++, to++) {
                out[to] = (byte) ((((first * (upper[i] >> 4)) >> 16) + ((second * (lower[i] >> 4)) >> 16) + 2) >> 2);
            }
        }
        return new RasterImage(across.outputs(), down.outputs(), channels, out);
    }

    private static void horizontal(RasterImage source, int y, OpenCvAxis across, int[] out) {
        byte[] in = source.array();
        int channels = source.channels();
        for (int x = 0, to = 0; x < across.outputs(); x++) {
            int first = (y * source.width() + across.first(x)) * channels;
            int second = (y * source.width() + within(across.first(x) + 1, source.width())) * channels;
            for (int channel = 0; channel < channels; channel++, to++) {
                out[to] = (in[first + channel] & 0xFF) * across.firstWeight(x)
                        + (in[second + channel] & 0xFF) * across.secondWeight(x);
            }
        }
    }

    private static int within(int position, int length) {
        return Math.max(0, Math.min(position, length - 1));
    }

    private static void expectWithin(Region region, int width, int height) {
        if (!region.within(width, height)) {
            throw new IllegalArgumentException(region + " is not within " + width + "×" + height);
        }
    }
}
