package io.foldserve.serving.comparison;

import io.foldserve.statistics.Estimate;
import io.foldserve.statistics.Interval;
import io.foldserve.statistics.Proportion;
import java.util.List;

/**
 * A number of a report with all that is needed to judge it. Immutable.
 *
 * @param value the number
 * @param interval the values that the data leave possible, low and high; empty if the method gives none
 * @param n how many observations it is of
 * @param source the method, and what the number leaves out
 */
public record Figure(double value, List<Double> interval, long n, String source) {

    /** Copies the interval. */
    public Figure {
        interval = List.copyOf(interval);
    }

    /** An estimate of {@code n} observations by the method {@code source}. */
    public static Figure of(Estimate estimate, long n, String source) {
        Interval interval = estimate.interval();
        return new Figure(estimate.value(), List.of(interval.low(), interval.high()), n, source);
    }

    /** A share with its score interval. */
    public static Figure of(Proportion share, String source) {
        return of(share.wilson(), share.n(), source + "; 95 % score interval (Wilson 1927)");
    }

    /** A number without an interval; the largest double stands for all beyond it, which JSON cannot write. */
    public static Figure of(double value, long n, String source) {
        return new Figure(Math.min(value, Double.MAX_VALUE), List.of(), n, source);
    }
}
