package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SampleRatioTest {
    private static List<Long> numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::longValue)
                .toList();
    }

    @Test
    void hasThePValueOfSciPy() {
        Golden.cases("sample_ratios").forEach(golden -> {
            List<Integer> shares =
                    numbers(golden.path("shares")).stream().map(Long::intValue).toList();
            Golden.assertSame(
                    SampleRatio.of(numbers(golden.path("counts")), shares).pValue(), golden.path("pValue"));
        });
    }

    /** In how many of the experiments it calls a split of 10,000 units broken that was declared even. */
    private static long alarms(SplittableRandom random, int experiments, double first) {
        return IntStream.range(0, experiments)
                .filter(experiment -> {
                    long dealt = Draws.successes(random, 10_000, first);
                    return SampleRatio.of(List.of(dealt, 10_000 - dealt), List.of(50, 50))
                            .isAlarm();
                })
                .count();
    }

    @Test
    void seldomCallsAFairSplitBrokenAndAlmostAlwaysABrokenOne() {
        SplittableRandom random = new SplittableRandom(11);
        assertThat(alarms(random, 5000, 0.5)).isLessThanOrEqualTo(15);
        assertThat(alarms(random, 200, 0.53)).isGreaterThan(195);
    }

    @Test
    void aVariantWithoutAShareThatWasDealtSomethingIsBrokenBeyondDoubt() {
        assertThat(SampleRatio.of(List.of(1000L, 1L), List.of(100, 0)).isAlarm())
                .isTrue();
        assertThat(SampleRatio.of(List.of(500L, 0L, 500L), List.of(1, 0, 1)).pValue())
                .isEqualTo(1);
    }

    @Test
    void saysNothingWhereThereIsNothingToTest() {
        assertThat(SampleRatio.of(List.of(0L, 0L), List.of(50, 50)).isAlarm()).isFalse();
        assertThat(SampleRatio.of(List.of(70L), List.of(1)).isAlarm()).isFalse();
    }

    @Test
    void refusesCountsWithoutShares() {
        assertThatThrownBy(() -> SampleRatio.of(List.of(1L), List.of(1, 1))).hasMessage("1 counts have 2 shares");
    }
}
