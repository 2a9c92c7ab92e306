package io.foldserve.serving.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedTimingTest {
    /** A clock that only the timed computations advance. */
    private long now;

    private PairedTiming timing(long seed) {
        return new PairedTiming(() -> now, new SplittableRandom(seed));
    }

    @Test
    void theRatioOfSteadyComputationsIsExact() {
        LatencyRatio ratio = timing(1).measure(pair -> now += 300, pair -> now += 200, Duration.ofNanos(50_000));

        assertThat(ratio).isEqualTo(new LatencyRatio(1.5, 1.5, 1.5, 100, 300, 200));
    }

    @Test
    void bothRunOnTheSameInputsOneOfEachPerPairInRandomOrder() {
        List<String> runs = new ArrayList<>();
        timing(2)
                .measure(
                        pair -> {
                            runs.add("a" + pair);
                            now += 10;
                        },
                        pair -> {
                            runs.add("b" + pair);
                            now += 10;
                        },
                        Duration.ofNanos(4_000));

        assertThat(runs).hasSize(400);
        int subjectFirst = 0;
        for (int pair = 0; pair < 200; pair++) {
            assertThat(runs.subList(2 * pair, 2 * pair + 2)).containsExactlyInAnyOrder("a" + pair, "b" + pair);
            subjectFirst += runs.get(2 * pair).startsWith("a") ? 1 : 0;
        }
        assertThat(subjectFirst).isBetween(70, 130);
    }

    @Test
    void slownessThatHitsWholePairsDoesNotMoveTheRatio() {
        List<Integer> slowness =
                new SplittableRandom(3).ints(2_000, 1, 50).boxed().toList();

        LatencyRatio ratio = timing(4)
                .measure(
                        pair -> now += 110L * slowness.get(pair),
                        pair -> now += 100L * slowness.get(pair),
                        Duration.ofMillis(2));

        assertThat(ratio.median()).isEqualTo(1.1, within(1e-12));
        assertThat(ratio.high() - ratio.low()).isLessThan(1e-12);
    }

    @Test
    void noiseWidensTheIntervalAroundTheTrueRatio() {
        SplittableRandom noise = new SplittableRandom(5);

        LatencyRatio ratio = timing(6)
                .measure(
                        pair -> now += 1_000 + noise.nextInt(400),
                        pair -> now += 1_000 + noise.nextInt(400),
                        Duration.ofMillis(1));

        assertThat(ratio.low()).isLessThan(1.0);
        assertThat(ratio.high()).isGreaterThan(1.0);
        assertThat(ratio.high() - ratio.low()).isBetween(0.001, 0.1);
    }

    @Test
    void slowComputationsAreStillTimedTheFewestTimes() {
        LatencyRatio ratio = timing(7).measure(pair -> now += 1_000_000, pair -> now += 1_000_000, Duration.ofNanos(1));

        assertThat(ratio.pairs()).isEqualTo(PairedTiming.FEWEST_PAIRS);
    }

    @Test
    void aStoppedClockEndsAtTheMostPairs() {
        LatencyRatio ratio = timing(8).measure(pair -> {}, pair -> {}, Duration.ofSeconds(1));

        assertThat(ratio.pairs()).isEqualTo(PairedTiming.MOST_PAIRS);
        assertThat(ratio.median()).isEqualTo(1.0);
    }
}
