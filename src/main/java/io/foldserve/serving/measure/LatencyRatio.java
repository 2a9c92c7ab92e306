package io.foldserve.serving.measure;

/**
 * How long one computation takes relative to another, from runs in pairs.
 *
 * @param median the median over the pairs of subject time / reference time; 1 means equal speed
 * @param low the lower end of the median's bootstrap 95 % interval
 * @param high the upper end of that interval
 * @param pairs how many pairs were timed
 * @param subjectNanos the subject's median time in nanoseconds
 * @param referenceNanos the reference's median time in nanoseconds
 */
public record LatencyRatio(double median, double low, double high, int pairs, long subjectNanos, long referenceNanos) {

    /** The ratio with its interval, for people: {@code 1.002 [0.995, 1.006] of 280 pairs}. */
    @Override
    public String toString() {
        return "%.3f [%.3f, %.3f] of %d pairs".formatted(median, low, high, pairs);
    }
}
