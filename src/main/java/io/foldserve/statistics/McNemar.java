package io.foldserve.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Whether two answerers of the same questions are equally often right (Q. McNemar, Psychometrika 1947, 12:153–157): the
 * questions that only one answers rightly are coin tosses then. For one look at a sample whose size was settled before;
 * whoever looks again and again uses {@link EValue}.
 *
 * @param exact the two-sided p-value of the binomial test, which never rejects too often and mostly too seldom
 * @param midP the two-sided mid-p-value (M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 2013,
 *     13:91), which counts half of the observed table's own probability
 */
public record McNemar(double exact, double midP) {

    /** The test of {@code table}; both p-values are 1 if no question was answered rightly by only one. */
    public static McNemar of(PairedTable table) {
        int n = Math.toIntExact(table.discordant());
        int least = Math.toIntExact(Math.min(table.onlyFirst(), table.onlySecond()));
        if (n == 0) {
            return new McNemar(1, 1);
        }
        double exact = BinomialTest.withDefaults().test(n, least, 0.5).getPValue();
        double observed = BinomialDistribution.of(n, 0.5).probability(least);
        return new McNemar(exact, 2 * least == n ? 1 - observed / 2 : exact - observed);
    }
}
