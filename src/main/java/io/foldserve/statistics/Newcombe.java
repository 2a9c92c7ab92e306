package io.foldserve.statistics;

/**
 * Intervals of the difference of two shares, put together from each share's {@linkplain Proportion#wilson score
 * interval}. They stay within −1 to 1 and keep their coverage where shares are near 0 or 1.
 */
public final class Newcombe {
    private Newcombe() {}

    /**
     * The first share less the second, of different things (R. G. Newcombe, "Interval estimation for the difference
     * between independent proportions", Statistics in Medicine 1998, 17:873–890, method 10).
     */
    public static Estimate unpaired(Proportion first, Proportion second) {
        return square(first, second, first.value() - second.value(), 0);
    }

    /**
     * The first answerer's share of right answers less the second's, on the same questions (R. G. Newcombe, "Improved
     * confidence intervals for the difference between binomial proportions based on paired data", Statistics in
     * Medicine 1998, 17:2635–2650, method 10).
     */
    public static Estimate paired(PairedTable table) {
        return square(table.first(), table.second(), table.difference(), correlation(table));
    }

    /** The correlation of the answers, drawn to 0 by the correction for continuity where it is positive. */
    private static double correlation(PairedTable table) {
        double n = table.n();
        double first = table.first().successes();
        double second = table.second().successes();
        double margins = first * (n - first) * second * (n - second);
        if (margins == 0) {
            return 0;
        }
        double covariance = (double) table.both() * table.neither() - (double) table.onlyFirst() * table.onlySecond();
        double corrected = covariance > 0 ? Math.max(covariance - n / 2, 0) : covariance;
        return corrected / Math.sqrt(margins);
    }

    private static Estimate square(Proportion first, Proportion second, double difference, double correlation) {
        Interval one = first.wilson().interval();
        Interval two = second.wilson().interval();
        double below = hypotenuse(first.value() - one.low(), two.high() - second.value(), correlation);
        double above = hypotenuse(one.high() - first.value(), second.value() - two.low(), correlation);
        return new Estimate(difference, new Interval(difference - below, difference + above));
    }

    private static double hypotenuse(double a, double b, double correlation) {
        return Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
    }
}
