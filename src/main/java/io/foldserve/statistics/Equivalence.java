package io.foldserve.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.TTest;

/**
 * Whether a ratio lies in [{@value #LOW}, {@value #HIGH}]: two one-sided t-tests (D. J. Schuirmann, Journal of
 * Pharmacokinetics and Biopharmaceutics 1987, 15:657–680) on the logarithms of blocks' ratios. Blocks must be
 * independent of each other: what is shared within a block (where a session lies in memory, say) is what makes ratios
 * of one block agree more than they should.
 *
 * @param ratio the geometric mean of the blocks' ratios
 * @param interval its 90 % interval, which lies in the band exactly when both tests reject at 5 %
 * @param pValue the larger one of the two p-values
 * @param blocks how many blocks there were
 */
public record Equivalence(double ratio, Interval interval, double pValue, int blocks) {
    /** The lowest ratio that counts as equal. */
    public static final double LOW = 0.98;

    /** The highest ratio that counts as equal. */
    public static final double HIGH = 1.02;

    /** The error of either test. */
    public static final double ALPHA = 0.05;

    /**
     * The tests of {@code logRatios}, the natural logarithm of each block's ratio.
     *
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static Equivalence of(double... logRatios) {
        int n = logRatios.length;
        if (n < 2) {
            throw new IllegalArgumentException("equivalence takes at least 2 blocks, found " + n);
        }
        double mean = Arrays.stream(logRatios).average().orElseThrow();
        double variance =
                Arrays.stream(logRatios).map(x -> (x - mean) * (x - mean)).sum() / (n - 1);
        double half = TDistribution.of(n - 1).inverseSurvivalProbability(ALPHA) * Math.sqrt(variance / n);
        Interval interval = new Interval(Math.exp(mean - half), Math.exp(mean + half));
        return new Equivalence(Math.exp(mean), interval, pValue(mean, variance, n), n);
    }

    private static double pValue(double mean, double variance, int n) {
        if (variance == 0) {
            return mean > Math.log(LOW) && mean < Math.log(HIGH) ? 0 : 1;
        }
        TTest above = TTest.withDefaults().withMu(Math.log(LOW)).with(AlternativeHypothesis.GREATER_THAN);
        TTest below = TTest.withDefaults().withMu(Math.log(HIGH)).with(AlternativeHypothesis.LESS_THAN);
        return Math.max(
                above.test(mean, variance, n).getPValue(),
                below.test(mean, variance, n).getPValue());
    }

    /** True when the ratio is shown to lie in the band. */
    public boolean isShown() {
        return pValue < ALPHA;
    }
}
