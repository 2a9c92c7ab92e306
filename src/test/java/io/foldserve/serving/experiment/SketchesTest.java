package io.foldserve.serving.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SketchesTest {

    @Test
    void everyQuantileIsWithinTwoPercent() {
        long[] nanos = new SplittableRandom(7)
                .doubles(10_000)
                .mapToLong(uniform -> (long) (1e5 * Math.exp(6 * uniform)))
                .toArray();
        LatencySketch sketch = new LatencySketch();
        Arrays.stream(nanos).forEach(time -> sketch.add(LatencySketch.bucket(time), 1));
        Arrays.sort(nanos);

        for (double q : List.of(0.0, 0.01, 0.5, 0.9, 0.99, 1.0)) {
            double exact = nanos[(int) Math.floor(q * (nanos.length - 1))];
            assertThat(sketch.quantile(q)).isCloseTo(exact, Percentage.withPercentage(2.001));
        }
    }

    @Test
    void nothingCountedHasNoQuantile() {
        assertThat(new LatencySketch().quantile(0.5)).isNaN();
        assertThat(Ratios.quantile(new TreeMap<>(), 0.5)).isNaN();
    }

    @Test
    void ratiosAreToldWithinHalfAPercentAndNotBeyondAFactorOfTwo() {
        for (double ratio : new double[] {0.6, 0.981, 1, 1.004, 1.019, 1.8}) {
            TreeMap<Integer, Long> counts = new TreeMap<>();
            counts.put(Ratios.bucket(ratio), 3L);
            assertThat(Ratios.quantile(counts, 0.5)).isCloseTo(ratio, Percentage.withPercentage(0.51));
        }
        assertThat(Ratios.bucket(50)).isEqualTo(Ratios.bucket(2.0));
        assertThat(Ratios.bucket(0.01)).isEqualTo(Ratios.bucket(0.5));
    }

    @Test
    void theTableKeepsTheNewestAndNoMoreBytesThanItMay() {
        AnswerTable table = new AnswerTable(3, 1_000_000);
        for (int id = 0; id < 5; id++) {
            table.put(answered(id));
        }
        assertThat(table.find("1")).isEmpty();
        assertThat(table.all(any -> true)).extracting(Answered::id).containsExactly("2", "3", "4");

        AnswerTable small = new AnswerTable(1000, 3L * answered(0).size());
        for (int id = 0; id < 9; id++) {
            small.put(answered(id));
            small.put(answered(id));
        }
        assertThat(small.all(any -> true)).extracting(Answered::id).containsExactly("6", "7", "8");
    }

    private static Answered answered(int id) {
        return new Answered(
                String.valueOf(id),
                "digits",
                "e",
                "doconv",
                8,
                8,
                Map.of("doconv", ScoresTest.given(3)),
                Optional.empty());
    }
}
