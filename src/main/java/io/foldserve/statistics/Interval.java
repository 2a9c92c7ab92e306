package io.foldserve.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The values that the data leave possible. Immutable.
 *
 * @param low its lower end
 * @param high its upper end, at least {@code low}
 */
public record Interval(double low, double high) {
    /** The confidence of every interval of this room that says no other. */
    public static final double CONFIDENCE = 0.95;

    /** The standard normal's quantile that leaves half of the error on either side: 1.96. */
    static final double Z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - CONFIDENCE) / 2);

    /** Refuses ends in the wrong order, and ends that are no numbers. */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("no interval is [%s, %s]".formatted(low, high));
        }
    }

    /** True when {@code value} lies between the ends or on one of them. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** True when both ends lie between {@code from} and {@code to}, or on them. */
    public boolean within(double from, double to) {
        return from <= low && high <= to;
    }
}
