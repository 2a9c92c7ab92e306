package io.foldserve.task.image;

import java.util.Arrays;

/**
 * Pillow's antialiased resizing: a horizontal pass, rounded to 8 bits, then a vertical one, each in 32-bit fixed point.
 * Results equal {@code Image.resize} bit for bit. Only the part of the result that is asked for is computed, and only
 * the few horizontally resized rows that the vertical pass is reading exist at a time.
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
    public static RasterImage resize(RasterImage source, int width, int height, PillowFilter filter, Region region) {
        if (!region.within(width, height)) {
            throw new IllegalArgumentException(region + " is not within " + width + "×" + height);
        }
        if (width == source.width() && height == source.height()) {
            return source.region(region.left(), region.top(), region.width(), region.height());
        }
        // An axis that keeps its length has taps of weight 1, which change nothing; Pillow skips that pass.
        Taps across = Taps.of(filter, source.width(), width, region.left(), region.width());
        Taps down = Taps.of(filter, source.height(), height, region.top(), region.height());
        return new RasterImage(region.width(), region.height(), source.channels(), resize(source, across, down));
    }

    private static byte[] resize(RasterImage source, Taps across, Taps down) {
        int length = across.outputs() * source.channels();
        byte[] out = new byte[down.outputs() * length];
        // As many rows as an output row reads; the row of input y is in place y modulo their number.
        int[][] rows = new int[down.count][length];
        int[] sums = new int[length];
        int next = down.first[0];
        for (int y = 0; y < down.outputs(); y++) {
            int first = down.first[y];
            for (next = Math.max(next, first); next < first + down.count; next++) {
                horizontal(source, next, across, rows[next % rows.length]);
            }
            Arrays.fill(sums, HALF);
            for (int tap = 0; tap < down.count; tap++) {
                accumulate(rows[(first + tap) % rows.length], down.weights[y * down.count + tap], sums);
            }
            store(sums, out, y * length);
        }
        return out;
    }

    private static void horizontal(RasterImage source, int y, Taps taps, int[] out) {
        int row = y * source.width() * source.channels();
        if (source.channels() == 3) {
            horizontalColour(source.array(), row, taps, out);
        } else {
            horizontalGrey(source.array(), row, taps, out);
        }
    }

    private static void horizontalColour(byte[] in, int row, Taps taps, int[] out) {
        int[] weights = taps.weights;
        int count = taps.count;
        for (int x = 0, to = 0, weight = 0; x < taps.first.length; x++, to += 3) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int from = row + taps.first[x] * 3;
            for (int tap = 0; tap < count; tap++, weight++, from += 3) {
                int w = weights[weight];
                red += (in[from] & 0xFF) * w;
                green += (in[from + 1] & 0xFF) * w;
                blue += (in[from + 2] & 0xFF) * w;
            }
            out[to] = clip(red);
            out[to + 1] = clip(green);
            out[to + 2] = clip(blue);
        }
    }

    private static void horizontalGrey(byte[] in, int row, Taps taps, int[] out) {
        int weight = 0;
        for (int x = 0; x < taps.first.length; x++) {
            int grey = HALF;
            int from = row + taps.first[x];
            for (int tap = 0; tap < taps.count; tap++, weight++) {
                grey += (in[from + tap] & 0xFF) * taps.weights[weight];
            }
            out[x] = clip(grey);
        }
    }

    /** Rows are of ints so that the compiler makes vector instructions of this loop. */
    private static void accumulate(int[] row, int weight, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += row[i] * weight;
        }
    }

    private static void store(int[] sums, byte[] out, int to) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = clip(sums[i]);
        }
        for (int i = 0; i < sums.length; i++) {
            out[to + i] = (byte) sums[i];
        }
    }

    private static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> Taps.PRECISION_BITS));
    }
}
