package io.foldserve.serving.experiment;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Quantiles of times from counts that add up: bucket {@code k} holds the times in {@code (γᵏ⁻¹, γᵏ]}, and is told as
 * the time whose relative error is the same to both ends (C. Masson, J. E. Rim, H. K. Lee, "DDSketch", PVLDB 2019,
 * 12:2195–2205), here 2 %. Not thread-safe.
 */
final class LatencySketch {
    private static final double GAMMA = 1.02 / 0.98;
    private static final double LOG_GAMMA = Math.log(GAMMA);

    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private long n;

    /** The bucket of a time. */
    static int bucket(long nanos) {
        return (int) Math.ceil(Math.log((double) Math.max(1, nanos)) / LOG_GAMMA);
    }

    void add(int bucket, long count) {
        counts.merge(bucket, count, Long::sum);
        n += count;
    }

    /** How many times were counted. */
    long n() {
        return n;
    }

    /** The counts by bucket. */
    SortedMap<Integer, Long> counts() {
        return counts;
    }

    /** The time below which a share of {@code q} of the times lies, in nanoseconds; not a number if there are none. */
    double quantile(double q) {
        long rank = (long) Math.floor(q * (n - 1));
        long below = 0;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            below += bucket.getValue();
            if (below > rank) {
                return 2 * Math.pow(GAMMA, bucket.getKey()) / (GAMMA + 1);
            }
        }
        return Double.NaN;
    }
}
