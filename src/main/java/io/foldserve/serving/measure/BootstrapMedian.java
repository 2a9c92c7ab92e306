package io.foldserve.serving.measure;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The median of a sample with its percentile-bootstrap interval (B. Efron, R. J. Tibshirani, "An Introduction to the
 * Bootstrap", 1993, section 13.3): the sample is drawn anew with replacement many times, and the interval spans the
 * middle 95 % of the medians of those draws.
 *
 * @param median the sample's median (the lower one of the two middle values for an even count)
 * @param low the 2.5 % quantile of the drawn medians
 * @param high the 97.5 % quantile of the drawn medians
 */
record BootstrapMedian(double median, double low, double high) {
    private static final int DRAWS = 1000;

    /** The median of {@code sample}, at least one value, with an interval from draws of {@code random}. */
    static BootstrapMedian of(double[] sample, RandomGenerator random) {
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        double[] medians = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            medians[draw] = sorted[drawnMedianRank(sorted.length, random)];
        }
        Arrays.sort(medians);
        return new BootstrapMedian(
                sorted[middle(sorted.length)],
                medians[(int) Math.floor(0.025 * (DRAWS - 1))],
                medians[(int) Math.ceil(0.975 * (DRAWS - 1))]);
    }

    /** The rank in the sorted sample of one draw's median; counting ranks spares sorting every draw. */
    private static int drawnMedianRank(int size, RandomGenerator random) {
        int[] counts = new int[size];
        for (int i = 0; i < size; i++) {
            counts[random.nextInt(size)]++;
        }
        int rank = 0;
        for (int below = counts[0]; below <= middle(size); below += counts[rank]) {
            rank++;
        }
        return rank;
    }

    private static int middle(int size) {
        return (size - 1) / 2;
    }
}
