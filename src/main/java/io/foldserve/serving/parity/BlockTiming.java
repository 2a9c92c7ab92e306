package io.foldserve.serving.parity;

import io.foldserve.session.ModelSession;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Times one block: a session of each network, made in random order, and pairs of runs on the same input in random
 * order, each between two idle moments. Of each session's times the lower quartile counts: what else the machine did
 * only makes runs longer. Not thread-safe.
 */
final class BlockTiming {
    private static final int WARM_UP = 3;
    private static final int MOST_PAIRS = 200;
    private static final int FEWEST_PAIRS = 15;
    private static final Duration LONG_ENOUGH = Duration.ofMillis(250);
    private static final long PAUSE_MILLIS = 5;

    private final LongSupplier nanoClock;
    private final RandomGenerator random;
    private final BooleanSupplier idle;
    private final BooleanSupplier goOn;
    private int pairs;

    /**
     * Times by {@code nanoClock}.
     *
     * @param idle whether nothing else is run now
     * @param goOn whether the result is still wanted
     */
    BlockTiming(LongSupplier nanoClock, RandomGenerator random, BooleanSupplier idle, BooleanSupplier goOn) {
        this.nanoClock = nanoClock;
        this.random = random;
        this.idle = idle;
        this.goOn = goOn;
    }

    /** How many pairs all blocks had together. */
    int pairs() {
        return pairs;
    }

    /**
     * The ratio of one block; empty if it was not wanted any more.
     *
     * @param subject makes a session of the one network
     * @param reference makes a session of the other
     * @param inputs of a run, by a number from 0
     */
    OptionalDouble ratio(
            Supplier<ModelSession> subject, Supplier<ModelSession> reference, IntFunction<Map<String, Tensor>> inputs)
            throws InterruptedException {
        boolean subjectFirst = random.nextBoolean();
        try (ModelSession first = (subjectFirst ? subject : reference).get();
                ModelSession second = (subjectFirst ? reference : subject).get()) {
            return subjectFirst ? ratio(first, second, inputs) : ratio(second, first, inputs);
        }
    }

    private OptionalDouble ratio(ModelSession subject, ModelSession reference, IntFunction<Map<String, Tensor>> inputs)
            throws InterruptedException {
        for (int run = 0; run < WARM_UP; run++) {
            subject.run(inputs.apply(run));
            reference.run(inputs.apply(run));
        }
        double[] ours = new double[MOST_PAIRS];
        double[] theirs = new double[MOST_PAIRS];
        int timed = 0;
        long end = nanoClock.getAsLong() + LONG_ENOUGH.toNanos();
        while (timed < FEWEST_PAIRS || (timed < MOST_PAIRS && nanoClock.getAsLong() - end < 0)) {
            if (!awaitIdle()) {
                return OptionalDouble.empty();
            }
            boolean subjectFirst = random.nextBoolean();
            Map<String, Tensor> input = inputs.apply(timed);
            double first = time(subjectFirst ? subject : reference, input);
            double second = time(subjectFirst ? reference : subject, input);
            if (idle.getAsBoolean()) {
                ours[timed] = subjectFirst ? first : second;
                theirs[timed++] = subjectFirst ? second : first;
            }
        }
        pairs += timed;
        return OptionalDouble.of(lowerQuartile(ours, timed) / lowerQuartile(theirs, timed));
    }

    private static double lowerQuartile(double[] times, int count) {
        double[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return sorted[count / 4];
    }

    private boolean awaitIdle() throws InterruptedException {
        while (goOn.getAsBoolean()) {
            if (idle.getAsBoolean()) {
                return true;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return false;
    }

    private double time(ModelSession session, Map<String, Tensor> input) {
        long start = nanoClock.getAsLong();
        session.run(input);
        return Math.max(1, nanoClock.getAsLong() - start);
    }
}
