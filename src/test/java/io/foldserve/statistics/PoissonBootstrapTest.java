package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PoissonBootstrapTest {
    @Test
    void countsDependOnNameAndSeedAlone() {
        int[] counts = PoissonBootstrap.counts(1, "a.png");
        assertThat(counts).hasSize(PoissonBootstrap.DRAWS).isEqualTo(PoissonBootstrap.counts(1, "a.png"));
        assertThat(counts).isNotEqualTo(PoissonBootstrap.counts(1, "b.png"));
        assertThat(counts).isNotEqualTo(PoissonBootstrap.counts(2, "a.png"));
    }

    @Test
    void countsHaveMeanAndVarianceOne() {
        double[] moments = new double[2];
        for (int unit = 0; unit < 200; unit++) {
            for (int count : PoissonBootstrap.counts(3, "picture-" + unit)) {
                moments[0] += count / 200_000.0;
                moments[1] += (count - 1) * (count - 1) / 200_000.0;
            }
        }
        assertThat(moments[0]).isBetween(0.99, 1.01);
        assertThat(moments[1]).isBetween(0.98, 1.02);
    }

    @Test
    void theIntervalOfAMeanCoversTheTruthAboutAsOftenAsClaimed() {
        SplittableRandom random = new SplittableRandom(15);
        int covered = 0;
        for (int experiment = 0; experiment < 500; experiment++) {
            double[] sums = new double[PoissonBootstrap.DRAWS];
            double[] weights = new double[PoissonBootstrap.DRAWS];
            for (int unit = 0; unit < 80; unit++) {
                double value = random.nextDouble();
                int[] counts = PoissonBootstrap.counts(experiment, "unit-" + unit);
                for (int draw = 0; draw < counts.length; draw++) {
                    sums[draw] += counts[draw] * value;
                    weights[draw] += counts[draw];
                }
            }
            Arrays.setAll(sums, draw -> sums[draw] / weights[draw]);
            covered += PoissonBootstrap.percentile(0.5, sums).interval().contains(0.5) ? 1 : 0;
        }
        assertThat(covered / 500.0).isBetween(0.91, 0.975);
    }

    @Test
    void drawsWithoutANumberAreLeftOut() {
        assertThat(PoissonBootstrap.percentile(2, 1, Double.NaN, 3)).isEqualTo(new Estimate(2, new Interval(1, 3)));
        assertThat(PoissonBootstrap.percentile(2, Double.NaN)).isEqualTo(new Estimate(2, new Interval(2, 2)));
    }
}
