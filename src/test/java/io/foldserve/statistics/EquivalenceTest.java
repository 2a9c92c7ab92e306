package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EquivalenceTest {
    @Test
    void hasPValueAndIntervalOfStatsmodels() {
        Golden.cases("equivalences").forEach(golden -> {
            Equivalence found = Equivalence.of(new ObjectMapper().convertValue(golden.path("logs"), double[].class));
            Golden.assertSame(found.ratio(), golden.path("ratio"));
            Golden.assertSame(found.interval(), golden);
            Golden.assertSame(found.pValue(), golden.path("pValue"));
        });
    }

    /** The share of experiments of 12 blocks that are called equivalent. */
    private static double shown(SplittableRandom random, double ratio, double spread) {
        return IntStream.range(0, 4000)
                        .filter(experiment -> Equivalence.of(IntStream.range(0, 12)
                                        .mapToDouble(block -> Math.log(ratio) + spread * random.nextGaussian())
                                        .toArray())
                                .isShown())
                        .count()
                / 4000.0;
    }

    @Test
    void callsARatioOnTheBandsEdgeEquivalentInAboutOneExperimentOfTwenty() {
        SplittableRandom random = new SplittableRandom(12);
        assertThat(shown(random, Equivalence.HIGH, 0.01)).isBetween(0.035, 0.06);
        assertThat(shown(random, Equivalence.LOW, 0.01)).isBetween(0.035, 0.06);
    }

    @Test
    void callsEqualOnesEquivalentWhenTheirTimesAreSteadyAndNotWhenTheyAreWild() {
        SplittableRandom random = new SplittableRandom(13);
        assertThat(shown(random, 1, 0.01)).isGreaterThan(0.95);
        assertThat(shown(random, 1, 0.1)).isLessThan(0.05);
    }

    @Test
    void isShownExactlyWhenTheIntervalLiesInTheBand() {
        SplittableRandom random = new SplittableRandom(14);
        for (int experiment = 0; experiment < 1000; experiment++) {
            Equivalence found = Equivalence.of(
                    random.doubles(8, -0.03, 0.03).map(x -> x + 0.005).toArray());
            assertThat(found.isShown()).isEqualTo(found.interval().within(Equivalence.LOW, Equivalence.HIGH));
        }
    }

    @Test
    void blocksThatAreAllEqualDecideByTheirRatioAlone() {
        assertThat(Equivalence.of(0, 0, 0).isShown()).isTrue();
        assertThat(Equivalence.of(0.1, 0.1).isShown()).isFalse();
    }

    @Test
    void refusesASingleBlock() {
        assertThatThrownBy(() -> Equivalence.of(0.0)).hasMessage("equivalence takes at least 2 blocks, found 1");
    }
}
