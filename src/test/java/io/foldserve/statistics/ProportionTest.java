package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProportionTest {
    @Test
    void hasTheScoreIntervalOfStatsmodels() {
        Golden.cases("wilson")
                .forEach(golden -> Golden.assertSame(
                        new Proportion(
                                        golden.path("k").longValue(),
                                        golden.path("n").longValue())
                                .wilson()
                                .interval(),
                        golden));
    }

    @Test
    void theScoreIntervalCoversTheTruthAsOftenAsClaimed() {
        SplittableRandom random = new SplittableRandom(1);
        for (double truth : new double[] {0.1, 0.5, 0.95}) {
            long covered = IntStream.range(0, 4000)
                    .filter(experiment -> new Proportion(Draws.successes(random, 200, truth), 200)
                            .wilson()
                            .interval()
                            .contains(truth))
                    .count();
            assertThat(covered / 4000.0).isBetween(0.93, 0.975);
        }
    }

    @Test
    void refusesCountsThatAreNoShare() {
        assertThatThrownBy(() -> new Proportion(0, 0)).hasMessage("0 of 0 is no share");
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessage("3 of 2 is no share");
        assertThatThrownBy(() -> new Proportion(-1, 2)).hasMessage("-1 of 2 is no share");
    }

    @Test
    void refusesAnIntervalWhoseEndsAreInTheWrongOrderOrNoNumbers() {
        assertThatThrownBy(() -> new Interval(1, 0)).hasMessageContaining("[1.0, 0.0]");
        assertThatThrownBy(() -> new Interval(Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
