package io.foldserve.serving.experiment;

import java.util.Map;
import java.util.SortedMap;

/** Ratios of times in counts that add up: bucket {@code k} holds those next to 1.01ᵏ, from 0.5 to 2. */
final class Ratios {
    private static final double STEP = Math.log(1.01);
    private static final int FARTHEST = (int) Math.round(Math.log(2) / STEP);

    private Ratios() {}

    static int bucket(double ratio) {
        int bucket = (int) Math.round(Math.log(ratio) / STEP);
        return Math.max(-FARTHEST, Math.min(FARTHEST, bucket));
    }

    /** The ratio below which a share of {@code q} lies; not a number if there are none. */
    static double quantile(SortedMap<Integer, Long> counts, double q) {
        long n = counts.values().stream().mapToLong(Long::longValue).sum();
        long rank = (long) Math.floor(q * (n - 1));
        long below = 0;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            below += bucket.getValue();
            if (below > rank) {
                return Math.exp(bucket.getKey() * STEP);
            }
        }
        return Double.NaN;
    }
}
