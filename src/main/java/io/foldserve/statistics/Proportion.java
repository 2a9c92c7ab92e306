package io.foldserve.statistics;

/**
 * A share of things counted. Immutable.
 *
 * @param successes how many of them are meant, at most {@code n}
 * @param n how many there are, at least 1
 */
public record Proportion(long successes, long n) {

    /** Refuses counts that are no share. */
    public Proportion {
        if (n < 1 || successes < 0 || successes > n) {
            throw new IllegalArgumentException("%d of %d is no share".formatted(successes, n));
        }
    }

    /** The share, 0 to 1. */
    public double value() {
        return (double) successes / n;
    }

    /**
     * The share with its score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical
     * inference", JASA 1927, 22:209–212), without a correction for continuity: {@code (p + z²/2n ± z √(p(1−p)/n +
     * z²/4n²)) / (1 + z²/n)}.
     */
    public Estimate wilson() {
        double p = value();
        double zz = Interval.Z * Interval.Z / n;
        double centre = (p + zz / 2) / (1 + zz);
        double half = Interval.Z / (1 + zz) * Math.sqrt(p * (1 - p) / n + zz / (4 * n));
        double low = successes == 0 ? 0 : centre - half;
        double high = successes == n ? 1 : centre + half;
        return new Estimate(p, new Interval(low, high));
    }
}
