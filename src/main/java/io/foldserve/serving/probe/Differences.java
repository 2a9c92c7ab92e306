package io.foldserve.serving.probe;

import java.util.List;

/** Differences between the outputs of two networks. A value that is not a number makes the difference not a number. */
public final class Differences {
    private Differences() {}

    /** The largest |y| over all arrays; 1 if every value is 0, so that it can be divided by. */
    public static double magnitude(List<float[]> arrays) {
        double largest = 0;
        for (float[] array : arrays) {
            for (float value : array) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest == 0 ? 1 : largest;
    }

    /** The largest |a − b| over all pairs of arrays. */
    public static double largest(List<float[]> as, List<float[]> bs) {
        double largest = 0;
        for (int i = 0; i < as.size(); i++) {
            largest = Math.max(largest, largest(as.get(i), bs.get(i)));
        }
        return largest;
    }

    /** The largest |a − b|. */
    public static double largest(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("%d values cannot be compared with %d".formatted(a.length, b.length));
        }
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        }
        return largest;
    }

    /**
     * The largest margin by which the class that {@code mask} gives a pixel falls short of the pixel's best logit; 0
     * when every pixel has a class of the best logit.
     *
     * @param logits [classes, pixels]
     * @param mask [pixels]
     */
    public static double largestShortfall(float[] logits, long[] mask) {
        int pixels = mask.length;
        double largest = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int i = pixel; i < logits.length; i += pixels) {
                best = Math.max(best, logits[i]);
            }
            largest = Math.max(largest, best - logits[(int) mask[pixel] * pixels + pixel]);
        }
        return largest;
    }

    /** The index of the largest value, the lowest of equal ones. */
    public static int best(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
