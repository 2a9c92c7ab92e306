package io.foldserve.serving.parity;

import io.foldserve.statistics.Equivalence;
import io.foldserve.statistics.Verdict;

/**
 * Whether a variant is as fast as its baseline, from blocks of pairs in idle moments. Each block has two sessions of
 * its own: where a session lies in memory makes it faster or slower for as long as it lives, so that only blocks are
 * independent of each other. Immutable.
 *
 * @param ratio the geometric mean of the blocks' ratios, the variant's time relative to the baseline's
 * @param low the lower end of its 90 % interval
 * @param high the upper end
 * @param pValue of the two one-sided tests that the ratio lies in [0.98, 1.02]
 * @param blocks how many pairs of sessions were made
 * @param pairs how many pairs of runs were timed
 * @param equivalent whether the ratio is shown to lie in [0.98, 1.02]
 * @param precise whether the interval lies within ±2 % of the ratio; false where time ran out before
 * @param verdict the same in a sentence
 */
public record ParityCertificate(
        double ratio,
        double low,
        double high,
        double pValue,
        int blocks,
        int pairs,
        boolean equivalent,
        boolean precise,
        String verdict) {

    static ParityCertificate of(String variant, String baseline, Equivalence shown, int pairs, boolean precise) {
        return new ParityCertificate(
                shown.ratio(),
                shown.interval().low(),
                shown.interval().high(),
                shown.pValue(),
                shown.blocks(),
                pairs,
                shown.isShown(),
                precise,
                Verdict.latency(variant, baseline, shown).sentence());
    }
}
