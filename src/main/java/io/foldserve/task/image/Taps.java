package io.foldserve.task.image;

/**
 * The weighted inputs of each output position along one axis, for a range of the outputs: what Pillow's resampling
 * (libImaging/Resample.c) computes, in its order of double operations and its rounding to 22-bit fixed point.
 *
 * <p>Not cached: they cost a few thousandths of the pass that uses them.
 */
final class Taps {
    /** Fraction bits of a weight: 8 bits for the sample and 2 for overshoot remain of 32. */
    static final int PRECISION_BITS = 22;

    /** Inputs reserved for each output. */
    final int stride;

    /** The first input of each output. */
    final int[] first;

    /** The number of inputs of each output. */
    final int[] count;

    /** The weights of output {@code i} start at {@code i * stride}. */
    final int[] weights;

    private Taps(int outputs, int stride) {
        this.stride = stride;
        this.first = new int[outputs];
        this.count = new int[outputs];
        this.weights = new int[Math.multiplyExact(outputs, stride)];
    }

    /** The taps of outputs {@code from} to {@code from + outputs} when {@code in} samples become {@code out}. */
    static Taps of(Interpolation interpolation, int in, int out, int from, int outputs) {
        double scale = (double) in / out;
        double filterScale = Math.max(scale, 1.0);
        double support = interpolation.radius() * filterScale;
        Taps taps = new Taps(outputs, (int) Math.ceil(support) * 2 + 1);
        double[] weights = new double[taps.stride];
        for (int i = 0; i < outputs; i++) {
            double center = (from + i + 0.5) * scale;
            int min = Math.max((int) (center - support + 0.5), 0);
            int count = Math.min((int) (center + support + 0.5), in) - min;
            double sum = 0;
            for (int tap = 0; tap < count; tap++) {
                weights[tap] = interpolation.weight((tap + min - center + 0.5) * (1.0 / filterScale));
                sum += weights[tap];
            }
            taps.set(i, min, count, weights, sum);
        }
        return taps;
    }

    private void set(int output, int min, int taps, double[] values, double sum) {
        first[output] = min;
        count[output] = taps;
        for (int tap = 0; tap < taps; tap++) {
            double fixed = (sum == 0 ? values[tap] : values[tap] / sum) * (1 << PRECISION_BITS);
            weights[output * stride + tap] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
        }
    }

    int outputs() {
        return first.length;
    }

    /** The first input that any output reads. */
    int start() {
        return first[0];
    }

    /** One past the last input that any output reads; positions only grow. */
    int end() {
        return first[outputs() - 1] + count[outputs() - 1];
    }
}
