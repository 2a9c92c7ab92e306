package io.foldserve.task.image;

/**
 * Bilinear resizing without antialiasing: every pixel is made of the four whose middles surround its own, however much
 * the picture shrinks. So do torch's {@code F.interpolate(mode="bilinear", align_corners=False, antialias=False)};
 * for OpenCV's, see {@link Interpolation#OPENCV_LINEAR}.
 *
 * <p>Position {@code i} reads at {@code max(0, (i + 0.5) · in / out − 0.5)}. The arithmetic is torch's in float32, the
 * result is rounded once, halves to even, as {@code torch.round} does. A sample may differ from torch's by one level,
 * where its fused products and sums fall on the other side of a half.
 *
 * <p>Stateless and thread-safe.
 */
public final class BilinearSampler {
    private BilinearSampler() {}

    /**
     * The {@code region} of {@code source} resized to {@code width × height}.
     *
     * @param region within the resized picture
     * @throws IllegalArgumentException if the region is not within the resized picture
     */
    public static RasterImage resize(RasterImage source, int width, int height, Region region) {
        if (!region.within(width, height)) {
            throw new IllegalArgumentException(region + " is not within " + width + "×" + height);
        }
        Axis across = Axis.of(source.width(), width, region.left(), region.width());
        Axis down = Axis.of(source.height(), height, region.top(), region.height());
        int channels = source.channels();
        byte[] out = new byte[region.width() * region.height() * channels];
        float[] upper = new float[region.width() * channels];
        float[] lower = new float[upper.length];
        for (int y = 0, to = 0; y < region.height(); y++) {
            horizontal(source, down.first[y], across, upper);
            horizontal(source, down.second[y], across, lower);
            float weight = down.weight[y];
            for (int i = 0; i < upper.length; i++, to++) {
                out[to] = (byte) Math.rint((1 - weight) * upper[i] + weight * lower[i]);
            }
        }
        return new RasterImage(region.width(), region.height(), channels, out);
    }

    private static void horizontal(RasterImage source, int y, Axis across, float[] out) {
        byte[] in = source.array();
        int channels = source.channels();
        int row = y * source.width() * channels;
        for (int x = 0, to = 0; x < across.weight.length; x++) {
            int first = row + across.first[x] * channels;
            int second = row + across.second[x] * channels;
            float weight = across.weight[x];
            for (int channel = 0; channel < channels; channel++, to++) {
                out[to] = (1 - weight) * (in[first + channel] & 0xFF) + weight * (in[second + channel] & 0xFF);
            }
        }
    }

    /** The two inputs of each output position along one axis, and the second one's weight. */
    private static final class Axis {
        final int[] first;
        final int[] second;
        final float[] weight;

        private Axis(int outputs) {
            first = new int[outputs];
            second = new int[outputs];
            weight = new float[outputs];
        }

        /** For outputs {@code from} to {@code from + outputs} when {@code in} samples become {@code out}. */
        static Axis of(int in, int out, int from, int outputs) {
            float scale = (float) in / out;
            Axis axis = new Axis(outputs);
            for (int i = 0; i < outputs; i++) {
                float position = Math.max(0, scale * (from + i + 0.5f) - 0.5f);
                axis.first[i] = Math.min((int) position, in - 1);
                axis.second[i] = Math.min(axis.first[i] + 1, in - 1);
                axis.weight[i] = Math.min(position - axis.first[i], 1);
            }
            return axis;
        }
    }
}
