package io.foldserve.serving.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.statistics.Equivalence;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Simulated blocks, whose ratios scatter by 2 % as those of two sessions of one network do. */
class BlockRatiosTest {
    private static final int EXPERIMENTS = 2_000;
    private static final double SCATTER = 0.02;

    private static BlockRatios measured(double ratio, double scatter, SplittableRandom random) {
        BlockRatios ratios = new BlockRatios();
        while (!ratios.isEnough()) {
            ratios.add(ratio * Math.exp(scatter * random.nextGaussian()));
        }
        return ratios;
    }

    private static double calledEquivalent(double ratio, double scatter) {
        SplittableRandom random = new SplittableRandom(7);
        int called = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            Equivalence shown = measured(ratio, scatter, random).shown().orElseThrow();
            called += shown.isShown() ? 1 : 0;
        }
        return (double) called / EXPERIMENTS;
    }

    @Test
    void identicalNetworksAreCalledEquivalentInAtLeast19Of20Runs() {
        assertThat(calledEquivalent(1, SCATTER)).isGreaterThan(0.95);
        assertThat(calledEquivalent(1, 0.005)).isGreaterThan(0.99);
    }

    /** A stop by width leaves the tests about the error that they have at a fixed number of blocks. */
    @Test
    void networksThatDifferByTheWholeMarginAreSeldomCalledEquivalent() {
        assertThat(calledEquivalent(1.02, SCATTER)).isLessThan(0.08);
        assertThat(calledEquivalent(1 / 1.02, 0.005)).isLessThan(0.08);
        assertThat(calledEquivalent(1.05, SCATTER)).isZero();
    }

    @Test
    void theIntervalLiesWithinTwoPercentWhereBlocksAllowIt() {
        SplittableRandom random = new SplittableRandom(7);
        assertThat(measured(1, SCATTER, random).isPrecise()).isTrue();
        assertThat(measured(1, 0.5, random).isPrecise()).isFalse();
    }

    @Test
    void fewBlocksSayNothing() {
        BlockRatios ratios = new BlockRatios();
        assertThat(ratios.shown()).isEmpty();
        ratios.add(1);
        assertThat(ratios.shown()).isEmpty();
        ratios.add(1.001);
        assertThat(ratios.shown()).isPresent();
        assertThat(ratios.isEnough()).isFalse();
        assertThat(ratios.isPrecise()).isFalse();
    }
}
