package io.foldserve.statistics;

import java.util.List;
import org.apache.commons.statistics.inference.ChiSquareTest;

/**
 * Whether the units were dealt to the variants as declared: χ² goodness of fit (A. Fabijan et al., "Diagnosing sample
 * ratio mismatch in online controlled experiments", KDD 2019). A broken split makes every comparison of the variants
 * worthless, whatever its p-value.
 *
 * @param pValue of the observed counts under the declared shares; 1 while there is nothing to test
 */
public record SampleRatio(double pValue) {
    /** Below this p-value the split counts as broken: seldom enough to be looked at every day. */
    public static final double ALARM = 0.001;

    /**
     * The check of {@code counts}, one for each variant. A variant of share 0 that was dealt something is broken beyond
     * doubt.
     *
     * @param shares what they were declared to be, relative to their sum, which is more than 0
     */
    public static SampleRatio of(List<Long> counts, List<Integer> shares) {
        if (counts.size() != shares.size()) {
            throw new IllegalArgumentException("%d counts have %d shares".formatted(counts.size(), shares.size()));
        }
        long n = 0;
        for (int i = 0; i < counts.size(); i++) {
            if (shares.get(i) == 0 && counts.get(i) > 0) {
                return new SampleRatio(0);
            }
            n += counts.get(i);
        }
        double[] expected = shares.stream()
                .filter(share -> share > 0)
                .mapToDouble(Integer::doubleValue)
                .toArray();
        if (n == 0 || expected.length < 2) {
            return new SampleRatio(1);
        }
        long[] observed = new long[expected.length];
        for (int i = 0, at = 0; i < counts.size(); i++) {
            if (shares.get(i) > 0) {
                observed[at++] = counts.get(i);
            }
        }
        return new SampleRatio(
                ChiSquareTest.withDefaults().test(expected, observed).getPValue());
    }

    /** True when the split is broken. */
    public boolean isAlarm() {
        return pValue < ALARM;
    }
}
