package io.foldserve.task.image;

/**
 * Pillow's antialiased resizing: a horizontal pass, rounded to 8 bits, then a vertical one, each in 32-bit fixed point;
 * an axis that keeps its length is not filtered. Results equal {@code Image.resize} bit for bit. Only the part of the
 * result that is asked for is computed.
 *
 * <p>Stateless and thread-safe.
 */
public final class Resampler {
    private static final int HALF = 1 << (Taps.PRECISION_BITS - 1);

    private Resampler() {}

    /**
     * The {@code region} of {@code source} resized to {@code width × height}.
     *
     * @param region within the resized picture
     * @throws IllegalArgumentException if the region is not within the resized picture
     */
    public static RasterImage resize(
            RasterImage source, int width, int height, Interpolation interpolation, Region region) {
        if (!region.within(width, height)) {
            throw new IllegalArgumentException(region + " is not within " + width + "×" + height);
        }
        if (height == source.height()) {
            return columns(source, width, interpolation, region, region.top(), region.height());
        }
        Taps vertical = Taps.of(interpolation, source.height(), height, region.top(), region.height());
        RasterImage rows =
                columns(source, width, interpolation, region, vertical.start(), vertical.end() - vertical.start());
        return vertical(rows, vertical);
    }

    /** The region's columns of the source rows {@code top} to {@code top + rows}. */
    private static RasterImage columns(
            RasterImage source, int width, Interpolation interpolation, Region region, int top, int rows) {
        if (width == source.width()) {
            return source.region(region.left(), top, region.width(), rows);
        }
        Taps taps = Taps.of(interpolation, source.width(), width, region.left(), region.width());
        byte[] out = new byte[rows * region.width() * source.channels()];
        for (int row = 0; row < rows; row++) {
            int from = (top + row) * source.width() * source.channels();
            int to = row * region.width() * source.channels();
            if (source.channels() == 3) {
                horizontalColour(source.array(), from, taps, out, to);
            } else {
                horizontalGrey(source.array(), from, taps, out, to);
            }
        }
        return new RasterImage(region.width(), rows, source.channels(), out);
    }

    private static void horizontalColour(byte[] in, int row, Taps taps, byte[] out, int to) {
        int[] weights = taps.weights;
        for (int x = 0, at = to; x < taps.first.length; x++, at += 3) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int from = row + taps.first[x] * 3;
            int weight = x * taps.stride;
            for (int end = weight + taps.count[x]; weight < end; weight++, from += 3) {
                int w = weights[weight];
                red += (in[from] & 0xFF) * w;
                green += (in[from + 1] & 0xFF) * w;
                blue += (in[from + 2] & 0xFF) * w;
            }
            out[at] = clip(red);
            out[at + 1] = clip(green);
            out[at + 2] = clip(blue);
        }
    }

    private static void horizontalGrey(byte[] in, int row, Taps taps, byte[] out, int to) {
        for (int x = 0; x < taps.first.length; x++) {
            int grey = HALF;
            int from = row + taps.first[x];
            int weight = x * taps.stride;
            for (int tap = 0; tap < taps.count[x]; tap++) {
                grey += (in[from + tap] & 0xFF) * taps.weights[weight + tap];
            }
            out[to + x] = clip(grey);
        }
    }

    /** {@code rows} starts at the taps' first input. */
    private static RasterImage vertical(RasterImage rows, Taps taps) {
        int length = rows.width() * rows.channels();
        byte[] out = new byte[taps.outputs() * length];
        int[] sums = new int[length];
        for (int y = 0; y < taps.outputs(); y++) {
            java.util.Arrays.fill(sums, HALF);
            int from = (taps.first[y] - taps.start()) * length;
            for (int tap = 0; tap < taps.count[y]; tap++) {
                accumulate(rows.array(), from + tap * length, taps.weights[y * taps.stride + tap], sums);
            }
            for (int i = 0, at = y * length; i < length; i++) {
                out[at + i] = clip(sums[i]);
            }
        }
        return new RasterImage(rows.width(), taps.outputs(), rows.channels(), out);
    }

    private static void accumulate(byte[] in, int from, int weight, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (in[from + i] & 0xFF) * weight;
        }
    }

    private static byte clip(int sum) {
        int value = sum >> Taps.PRECISION_BITS;
        return (byte) ((value & ~0xFF) == 0 ? value : ~(value >> 31));
    }
}
