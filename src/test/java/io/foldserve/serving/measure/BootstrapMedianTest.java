package io.foldserve.serving.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapMedianTest {

    @Test
    void theIntervalCoversTheTrueMedianInAbout95OfAHundredSamples() {
        SplittableRandom random = new SplittableRandom(20);
        int covered = 0;
        for (int sample = 0; sample < 400; sample++) {
            double[] values = random.doubles(60).toArray();
            BootstrapMedian median = BootstrapMedian.of(values, random);
            covered += median.low() <= 0.5 && 0.5 <= median.high() ? 1 : 0;
        }

        // 380 expected; three standard deviations of a binomial of 400 at 0.95 are 13.
        assertThat(covered).isBetween(367, 393);
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        double[] values = new SplittableRandom(21).doubles(500).toArray();

        assertThat(BootstrapMedian.of(values, new SplittableRandom(22)))
                .isEqualTo(BootstrapMedian.of(values, new SplittableRandom(22)));
    }

    @Test
    void aSingleValueIsItsOwnInterval() {
        assertThat(BootstrapMedian.of(new double[] {2.5}, new SplittableRandom(23)))
                .isEqualTo(new BootstrapMedian(2.5, 2.5, 2.5));
    }

    @Test
    void theSampleIsNotReordered() {
        double[] values = {3, 1, 2};

        assertThat(BootstrapMedian.of(values, new SplittableRandom(24)).median())
                .isEqualTo(2);
        assertThat(values).containsExactly(3, 1, 2);
    }
}
