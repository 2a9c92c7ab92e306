package io.foldserve.serving.catalogue;

import java.util.Arrays;
import java.util.List;

/**
 * Deals requests to variants by their shares: smooth weighted round-robin, the algorithm of nginx's upstream module
 * (each turn every variant gains its share, the richest is chosen and pays the sum of all shares).
 *
 * <p>Deterministic: over any {@code sum of shares} turns each variant is chosen exactly its share of times, and the
 * turns of one variant are spread as evenly as they can be. Thread-safe.
 */
public final class TrafficSplit {
    private final int[] shares;
    private final long[] credits;
    private final long sum;

    /**
     * A split by {@code shares}, one per variant.
     *
     * @throws IllegalArgumentException if a share is negative, or they sum to 0
     */
    public TrafficSplit(List<Integer> shares) {
        this.shares = shares.stream().mapToInt(Integer::intValue).toArray();
        this.credits = new long[this.shares.length];
        this.sum = Arrays.stream(this.shares).asLongStream().sum();
        if (sum <= 0 || Arrays.stream(this.shares).anyMatch(share -> share < 0)) {
            throw new IllegalArgumentException("shares must be at least 0 and sum to more than 0, found " + shares);
        }
    }

    /** The index of the variant whose turn it is. */
    public synchronized int next() {
        int richest = 0;
        for (int i = 0; i < shares.length; i++) {
            credits[i] += shares[i];
            if (credits[i] > credits[richest]) {
                richest = i;
            }
        }
        credits[richest] -= sum;
        return richest;
    }
}
