package io.foldserve.task.image;

/**
 * The weighted inputs of each output position along one axis, for a range of the outputs: what Pillow's resampling
 * (libImaging/Resample.c) computes, in its order of double operations and its rounding to 22-bit fixed point.
 *
 * <p>Every output is given equally many inputs, those beyond its own at weight 0, so that the loops over them run the
 * same number of times. Not cached: they cost a small part of the pass that uses them.
 */
final class Taps {
    /** Fraction bits of a weight: 8 bits for the sample and 2 for overshoot remain of 32. */
    static final int PRECISION_BITS = 22;

    /** The number of inputs of each output; at most the length of the axis. */
    final int count;

    /** The first input of each output; never falls. */
    final int[] first;

    /** The weights of output {@code i} start at {@code i * count}. */
    final int[] weights;

    private Taps(int outputs, int count) {
        this.count = count;
        this.first = new int[outputs];
        this.weights = new int[Math.multiplyExact(outputs, count)];
    }

    /** The taps of outputs {@code from} to {@code from + outputs} when {@code in} samples become {@code out}. */
    static Taps of(PillowFilter filter, int in, int out, int from, int outputs) {
        return filter == PillowFilter.NEAREST
                ? nearest(in, out, from, outputs)
                : filtered(filter, in, out, from, outputs);
    }

    /**
     * One input each, as libImaging/Geometry.c: the middles are summed up one by one, with the rounding of doing so.
     */
    private static Taps nearest(int in, int out, int from, int outputs) {
        double scale = (double) in / out;
        Taps taps = new Taps(outputs, 1);
        double middle = scale * 0.5;
        for (int i = 0; i < from + outputs; i++, middle += scale) {
            if (i >= from) {
                taps.first[i - from] = Math.min((int) middle, in - 1);
                taps.weights[i - from] = 1 << PRECISION_BITS;
            }
        }
        return taps;
    }

    private static Taps filtered(PillowFilter filter, int in, int out, int from, int outputs) {
        double scale = (double) in / out;
        double filterScale = Math.max(scale, 1.0);
        double support = filter.radius() * filterScale;
        Taps taps = new Taps(outputs, Math.min((int) (2 * support) + 1, in));
        double[] weights = new double[taps.count];
        for (int i = 0; i < outputs; i++) {
            double center = (from + i + 0.5) * scale;
            int min = Math.max((int) (center - support + 0.5), 0);
            int count = Math.min((int) (center + support + 0.5), in) - min;
            double sum = 0;
            for (int tap = 0; tap < count; tap++) {
                weights[tap] = filter.weight((tap + min - center + 0.5) * (1.0 / filterScale));
                sum += weights[tap];
            }
            taps.first[i] = Math.min(min, in - taps.count);
            taps.set(i * taps.count + min - taps.first[i], count, weights, sum);
        }
        return taps;
    }

    private void set(int at, int used, double[] values, double sum) {
        for (int tap = 0; tap < used; tap++) {
            double fixed = (sum == 0 ? values[tap] : values[tap] / sum) * (1 << PRECISION_BITS);
            weights[at + tap] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
        }
    }

    int outputs() {
        return first.length;
    }
}
