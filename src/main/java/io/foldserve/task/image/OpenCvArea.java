package io.foldserve.task.image;

import java.util.ArrayList;
import java.util.List;

/**
 * OpenCV's {@code INTER_AREA} where neither side grows: every output is the mean of the inputs that it covers, of those
 * at its edges as far as it covers them. Whole factors sum up integers, others float32 in OpenCV's order.
 *
 * <p>Stateless and thread-safe.
 */
final class OpenCvArea {
    /** A part of an input that is smaller than this counts as none. */
    private static final double LEAST = 1e-3;

    /** The inputs that one output covers: from {@code first} on, with these weights. */
    private static final class Cover {
        private final int first;
        private final float[] weights;

        Cover(int first, float[] weights) {
            this.first = first;
            this.weights = weights;
        }
    }

    private OpenCvArea() {}

    /** The {@code region} of {@code source} shrunk to {@code width × height}, a side of which may stay as it is. */
    static RasterImage shrink(RasterImage source, int width, int height, Region region) {
        byte[] out = isWhole(source.width(), width) && isWhole(source.height(), height)
                ? blocks(source, source.width() / width, source.height() / height, region)
                : covered(
                        source,
                        covers(source.width(), width, region.left(), region.width()),
                        covers(source.height(), height, region.top(), region.height()));
        return new RasterImage(region.width(), region.height(), source.channels(), out);
    }

    // As OpenCV asks it: a large factor whose reciprocal was rounded counts as no whole one.
    private static boolean isWhole(int in, int out) {
        double scale = OpenCvResampler.scale(in, out);
        return Math.abs(scale - Math.rint(scale)) < Math.ulp(1.0);
    }

    private static byte[] blocks(RasterImage source, int across, int down, Region region) {
        int channels = source.channels();
        byte[] out = new byte[region.width() * region.height() * channels];
        boolean quarters = across == 2 && down == 2;
        float share = (float) (1.0 / (across * down));
        for (int i = 0; i < out.length; i++) {
            int x = region.left() + i / channels % region.width();
            int y = region.top() + i / channels / region.width();
            int sum = sum(source, x * across, y * down, across, down, i % channels);
            out[i] = (byte) (quarters ? (sum + 2) >> 2 : (int) Math.rint(sum * share));
        }
        return out;
    }

    private static int sum(RasterImage source, int left, int top, int across, int down, int channel) {
        byte[] in = source.array();
        int sum = 0;
        for (int y = top; y < top + down; y++) {
            for (int x = left; x < left + across; x++) {
                sum += in[(y * source.width() + x) * source.channels() + channel] & 0xFF;
            }
        }
        return sum;
    }

    private static byte[] covered(RasterImage source, List<Cover> across, List<Cover> down) {
        int length = across.size() * source.channels();
        byte[] out = new byte[length * down.size()];
        float[] row = new float[length];
        float[] sums = new float[length];
        for (int y = 0; y < down.size(); y++) {
            Cover rows = down.get(y);
            for (int tap = 0; tap < rows.weights.length; tap++) {
                horizontal(source, rows.first + tap, across, row);
                float weight = rows.weights[tap];
                for (int i = 0; i < length; i++) {
                    sums[i] = tap == 0 ? weight * row[i] : sums[i] + weight * row[i];
                }
            }
            for (int i = 0; i < length; i++) {
                out[y * length + i] = (byte) Math.max(0, Math.min(255, (int) Math.rint(sums[i])));
            }
        }
        return out;
    }

    private static void horizontal(RasterImage source, int y, List<Cover> across, float[] row) {
        byte[] in = source.array();
        int channels = source.channels();
        for (int x = 0, to = 0; x < across.size(); x++) {
            Cover cover = across.get(x);
            int from = (y * source.width() + cover.first) * channels;
            for (int channel = 0; channel < channels; channel++, to++) {
                float sum = 0;
                for (int tap = 0; tap < cover.weights.length; tap++) {
                    sum += (in[from + tap * channels + channel] & 0xFF) * cover.weights[tap];
                }
                row[to] = sum;
            }
        }
    }

    private static List<Cover> covers(int in, int out, int from, int outputs) {
        double scale = OpenCvResampler.scale(in, out);
        List<Cover> covers = new ArrayList<>();
        for (int i = from; i < from + outputs; i++) {
            covers.add(cover(in, scale, i));
        }
        return covers;
    }

    private static Cover cover(int in, double scale, int output) {
        double begin = output * scale;
        double end = begin + scale;
        double length = Math.min(scale, in - begin);
        int last = Math.min((int) Math.floor(end), in - 1);
        int whole = Math.min((int) Math.ceil(begin), last);
        List<Float> weights = new ArrayList<>();
        int first = whole;
        if (whole - begin > LEAST) {
            first--;
            weights.add((float) ((whole - begin) / length));
        }
        for (int i = whole; i < last; i++) {
            weights.add((float) (1 / length));
        }
        if (end - last > LEAST) {
            weights.add((float) (Math.min(Math.min(end - last, 1), length) / length));
        }
        float[] kept = new float[weights.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = weights.get(i);
        }
        return new Cover(first, kept);
    }
}
