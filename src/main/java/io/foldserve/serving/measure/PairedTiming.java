package io.foldserve.serving.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Times a subject against a reference in interleaved pairs: each pair runs both on the same input, in random order, so
 * that whatever slows the machine for a while slows both. The ratio is taken within each pair.
 *
 * <p>Not thread-safe: it draws from its random generator.
 */
public final class PairedTiming {
    /** Pairs that are timed even if the duration is over before; an interval of fewer says nothing. */
    public static final int FEWEST_PAIRS = 5;

    /** Pairs after which timing ends even if the duration is not over. */
    public static final int MOST_PAIRS = 20_000;

    private final LongSupplier nanoClock;
    private final RandomGenerator random;

    /** Reads time in nanoseconds from {@code nanoClock}; draws orders and bootstrap samples from {@code random}. */
    public PairedTiming(LongSupplier nanoClock, RandomGenerator random) {
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /**
     * Runs pairs until {@code duration} has passed, at least {@value #FEWEST_PAIRS} and at most {@value #MOST_PAIRS}.
     *
     * @param subject runs the subject once on the input of the given pair number, from 0
     * @param reference runs the reference once on the same input
     */
    public LatencyRatio measure(IntConsumer subject, IntConsumer reference, Duration duration) {
        double[] subjectNanos = new double[MOST_PAIRS];
        double[] referenceNanos = new double[MOST_PAIRS];
        long end = nanoClock.getAsLong() + duration.toNanos();
        int pairs = 0;
        while (pairs < FEWEST_PAIRS || (pairs < MOST_PAIRS && nanoClock.getAsLong() - end < 0)) {
            boolean subjectFirst = random.nextBoolean();
            if (subjectFirst) {
                subjectNanos[pairs] = time(subject, pairs);
            }
            referenceNanos[pairs] = time(reference, pairs);
            if (!subjectFirst) {
                subjectNanos[pairs] = time(subject, pairs);
            }
            pairs++;
        }
        return ratio(Arrays.copyOf(subjectNanos, pairs), Arrays.copyOf(referenceNanos, pairs));
    }

    /** At least one nanosecond, so that a clock too coarse for the computation cannot divide by zero. */
    private double time(IntConsumer computation, int pair) {
        long start = nanoClock.getAsLong();
        computation.accept(pair);
        return Math.max(1, nanoClock.getAsLong() - start);
    }

    private LatencyRatio ratio(double[] subject, double[] reference) {
        double[] ratios = new double[subject.length];
        for (int pair = 0; pair < ratios.length; pair++) {
            ratios[pair] = subject[pair] / reference[pair];
        }
        BootstrapMedian median = BootstrapMedian.of(ratios, random);
        return new LatencyRatio(
                median.median(), median.low(), median.high(), ratios.length, median(subject), median(reference));
    }

    private static long median(double[] nanos) {
        Arrays.sort(nanos);
        return Math.round(nanos[(nanos.length - 1) / 2]);
    }
}
