package io.foldserve.serving.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Times several computations in turn, so that whatever slows the machine for a while slows all of them: the median over
 * the turns of a round, and of the rounds the least, which was disturbed least. Immutable.
 */
public final class RoundRobin {
    private static final int ROUNDS = 9;
    private static final int TURNS = 3;

    private final LongSupplier nanoClock;

    /** Reads time in nanoseconds from {@code nanoClock}. */
    public RoundRobin(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * The nanoseconds that each of {@code runs} takes. Each is run once before, to warm it up.
     *
     * @param longest no run begins after that
     * @return empty if not a single round was finished by then
     */
    public Optional<double[]> measure(List<Runnable> runs, Duration longest) {
        long end = nanoClock.getAsLong() + longest.toNanos();
        double[] least = new double[runs.size()];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Optional<double[]> warmUp = turn(runs, end);
        for (int round = 0; round < ROUNDS && warmUp.isPresent(); round++) {
            double[][] turns = new double[TURNS][];
            for (int i = 0; i < TURNS; i++) {
                Optional<double[]> turn = turn(runs, end);
                if (turn.isEmpty()) {
                    return round == 0 ? Optional.empty() : Optional.of(least);
                }
                turns[i] = turn.get();
            }
            Arrays.setAll(least, i -> Math.min(least[i], median(turns, i)));
        }
        return warmUp.map(any -> least);
    }

    private Optional<double[]> turn(List<Runnable> runs, long end) {
        double[] nanos = new double[runs.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = nanoClock.getAsLong();
            if (start - end >= 0) {
                return Optional.empty();
            }
            runs.get(i).run();
            nanos[i] = nanoClock.getAsLong() - start;
        }
        return Optional.of(nanos);
    }

    private static double median(double[][] turns, int run) {
        double[] sorted =
                Arrays.stream(turns).mapToDouble(turn -> turn[run]).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
