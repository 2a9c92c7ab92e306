package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {
    private static final int EXPERIMENTS = 1000;
    private static final int LONGEST = 3000;

    @Test
    void itsRadiusIsWhereTheMixtureMartingaleReachesTwenty() {
        Golden.cases("radii")
                .forEach(golden -> Golden.assertSame(
                        ConfidenceSequence.radius(
                                golden.path("t").doubleValue(),
                                golden.path("variance").doubleValue()),
                        golden.path("radius")));
    }

    /** True when the interval of two growing groups of one and the same share ever excludes 0. */
    private static boolean unpairedAlarm(SplittableRandom random, double share) {
        long[] right = new long[2];
        long[] n = new long[2];
        for (int t = 0; t < LONGEST; t++) {
            int group = random.nextInt(2);
            n[group]++;
            right[group] += random.nextDouble() < share ? 1 : 0;
            if (n[0] > 0
                    && n[1] > 0
                    && !ConfidenceSequence.unpaired(new Proportion(right[0], n[0]), new Proportion(right[1], n[1]))
                            .interval()
                            .contains(0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean pairedAlarm(SplittableRandom random, double onlyOne) {
        long[] cells = new long[3];
        for (int t = 0; t < LONGEST; t++) {
            double u = random.nextDouble();
            cells[u < onlyOne ? 0 : u < 2 * onlyOne ? 1 : 2]++;
            if (!ConfidenceSequence.paired(new PairedTable(cells[2], cells[0], cells[1], 0))
                    .interval()
                    .contains(0)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void unpairedWithALookAfterEveryAnswerItExcludesNoDifferenceInAtMostOneExperimentOfTwenty() {
        SplittableRandom random = new SplittableRandom(9);
        for (double share : new double[] {0.5, 0.9, 0.98}) {
            long alarms = IntStream.range(0, EXPERIMENTS)
                    .filter(experiment -> unpairedAlarm(random, share))
                    .count();
            assertThat(alarms / (double) EXPERIMENTS).isLessThanOrEqualTo(0.05);
        }
    }

    @Test
    void pairedWithALookAfterEveryAnswerItExcludesNoDifferenceInAtMostOneExperimentOfTwenty() {
        SplittableRandom random = new SplittableRandom(10);
        for (double onlyOne : new double[] {0.02, 0.2}) {
            long alarms = IntStream.range(0, EXPERIMENTS)
                    .filter(experiment -> pairedAlarm(random, onlyOne))
                    .count();
            assertThat(alarms / (double) EXPERIMENTS).isLessThanOrEqualTo(0.05);
        }
    }

    @Test
    void seesADifferenceThatIsThere() {
        Estimate found = ConfidenceSequence.unpaired(new Proportion(1800, 2000), new Proportion(1600, 2000));
        assertThat(found.interval().low()).isBetween(0.04, 0.08);
        assertThat(found.value()).isEqualTo(0.9 - 0.8);
    }

    @Test
    void saysNothingOfAFewAnswers() {
        assertThat(ConfidenceSequence.unpaired(new Proportion(49, 49), new Proportion(0, 5000))
                        .interval())
                .isEqualTo(new Interval(-1, 1));
        assertThat(ConfidenceSequence.paired(new PairedTable(0, 0, 0, 0)))
                .isEqualTo(new Estimate(0, new Interval(-1, 1)));
    }
}
