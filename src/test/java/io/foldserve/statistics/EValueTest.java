package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EValueTest {
    private static final int EXPERIMENTS = 2000;
    private static final int LONGEST = 1000;

    @Test
    void isTheMixtureThatSciPyIntegrates() {
        Golden.cases("e_values")
                .forEach(golden -> Golden.assertSame(
                        new EValue(
                                        golden.path("wins").longValue(),
                                        golden.path("losses").longValue())
                                .value(),
                        golden.path("value")));
    }

    /** After which disagreement the evidence first decides; LONGEST + 1 if it never does. */
    private static int decidedAfter(RandomGenerator random, double win) {
        int wins = 0;
        for (int n = 1; n <= LONGEST; n++) {
            wins += random.nextDouble() < win ? 1 : 0;
            if (new EValue(wins, n - wins).isDecided()) {
                return n;
            }
        }
        return LONGEST + 1;
    }

    @Test
    void ofEqualAnswerersWithALookAfterEveryDisagreementItDecidesInAtMostOneExperimentOfTwenty() {
        SplittableRandom random = new SplittableRandom(6);
        long falseAlarms = IntStream.range(0, EXPERIMENTS)
                .filter(experiment -> decidedAfter(random, 0.5) <= LONGEST)
                .count();
        assertThat(falseAlarms / (double) EXPERIMENTS).isBetween(0.01, 0.05);
    }

    /** What it is for: the same looks with a test of fixed size, which is not made for them. */
    @Test
    void theFixedSampleTestFailsWhereItHolds() {
        SplittableRandom random = new SplittableRandom(7);
        long falseAlarms = IntStream.range(0, 300)
                .filter(experiment -> {
                    int wins = 0;
                    boolean rejected = false;
                    for (int n = 1; n <= 300 && !rejected; n++) {
                        wins += random.nextBoolean() ? 1 : 0;
                        rejected = McNemar.of(new PairedTable(0, wins, n - wins, 0))
                                        .midP()
                                < 0.05;
                    }
                    return rejected;
                })
                .count();
        assertThat(falseAlarms / 300.0).isGreaterThan(0.2);
    }

    @Test
    void sixtyToFortyIsDecidedAfterSomeHundredDisagreements() {
        SplittableRandom random = new SplittableRandom(8);
        int[] lengths = IntStream.range(0, 401)
                .map(experiment -> decidedAfter(random, 0.6))
                .sorted()
                .toArray();
        assertThat(lengths[200]).isBetween(190, 300);
        assertThat(Arrays.stream(lengths).filter(n -> n > LONGEST).count()).isLessThan(20);
    }

    @Test
    void saysAboutHowManyMoreDisagreementsDecide() {
        EValue now = new EValue(30, 20);
        long more = now.disagreementsToGo().orElseThrow();

        assertThat(more).isBetween(150L, 350L);
        long wins = Math.round(0.6 * (50 + more));
        assertThat(new EValue(wins, 50 + more - wins).value()).isBetween(18.0, 23.0);
        assertThat(new EValue(100, 10).disagreementsToGo()).hasValue(0);
    }

    @Test
    void hasNoOutlookWithoutATendency() {
        assertThat(new EValue(0, 0).disagreementsToGo()).isEmpty();
        assertThat(new EValue(40, 40).disagreementsToGo()).isEmpty();
    }

    @Test
    void hasALogarithmWhereTheValueIsBeyondADouble() {
        EValue huge = EValue.of(new PairedTable(5, 5000, 0, 5));
        assertThat(huge.value()).isInfinite();
        assertThat(huge.log()).isBetween(3400.0, 3466.0);
        assertThat(huge.isDecided()).isTrue();
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> new EValue(-1, 3)).hasMessageContaining("found -1 and 3");
    }
}
