package io.foldserve.statistics;

/**
 * Intervals that hold all at once, however often one looks, at 95 % together (S. R. Howard, A. Ramdas, J. McAuliffe, J.
 * Sekhon, Annals of Statistics 2021, 49:1055–1080; asymptotic: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A.
 * Ramdas, Annals of Statistics 2024, 52:2613–2640, theorem 2.2). After {@code t} answers the interval is {@code x̄ ± σ̂
 * √(2(tρ² + 1)/(t²ρ²) · log(√(tρ² + 1)/α))}; ρ makes it narrowest at 1,000 answers.
 *
 * <p>Asymptotic means that it needs some answers to begin with: until there are {@value #FEWEST} of each kind the
 * interval is −1 to 1. The variances are those of shares with a success and a failure added, which are never 0.
 */
public final class ConfidenceSequence {
    /** The answers on each side before which nothing is said. */
    public static final long FEWEST = 50;

    private static final double ALPHA = 1 - Interval.CONFIDENCE;
    private static final double NARROWEST_AT = 1000;
    private static final double RHO_SQUARED =
            (-2 * Math.log(ALPHA) + Math.log(-2 * Math.log(ALPHA)) + 1) / NARROWEST_AT;

    private ConfidenceSequence() {}

    /** The first share less the second, of different things that keep coming. */
    public static Estimate unpaired(Proportion first, Proportion second) {
        double difference = first.value() - second.value();
        if (Math.min(first.n(), second.n()) < FEWEST) {
            return new Estimate(difference, new Interval(-1, 1));
        }
        double t = (double) first.n() + second.n();
        double variance = variance(first) / first.n() + variance(second) / second.n();
        return around(difference, radius(t, t * variance));
    }

    /** The first's share of right answers less the second's, on the same questions that keep coming. */
    public static Estimate paired(PairedTable table) {
        if (table.n() < FEWEST) {
            return new Estimate(table.n() == 0 ? 0 : table.difference(), new Interval(-1, 1));
        }
        double discordant = (table.discordant() + 2.0) / (table.n() + 4.0);
        return around(table.difference(), radius((double) table.n(), discordant - Math.pow(table.difference(), 2)));
    }

    /**
     * The mean of numbers from −1 to 1 that keep coming, of which there are {@code n} with these sums of themselves and
     * of their squares.
     */
    public static Estimate mean(long n, double sum, double squares) {
        double mean = n == 0 ? 0 : sum / n;
        if (n < FEWEST) {
            return new Estimate(mean, new Interval(-1, 1));
        }
        double variance = Math.max(squares / n - mean * mean, 1.0 / n);
        return around(mean, radius((double) n, variance));
    }

    /** The variance of a single answer. */
    private static double variance(Proportion share) {
        double p = (share.successes() + 1.0) / (share.n() + 2.0);
        return p * (1 - p);
    }

    /** Half the width after {@code t} answers of the given variance. */
    static double radius(double t, double variance) {
        double intrinsic = t * RHO_SQUARED + 1;
        return Math.sqrt(
                Math.max(0, variance) * 2 * intrinsic / (t * t * RHO_SQUARED) * Math.log(Math.sqrt(intrinsic) / ALPHA));
    }

    private static Estimate around(double value, double radius) {
        return new Estimate(value, new Interval(Math.max(-1, value - radius), Math.min(1, value + radius)));
    }
}
