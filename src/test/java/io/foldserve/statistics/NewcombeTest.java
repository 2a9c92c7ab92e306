package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewcombeTest {
    @Test
    void unpairedHasTheIntervalOfStatsmodels() {
        Golden.cases("newcombe_unpaired")
                .forEach(golden -> Golden.assertSame(
                        Newcombe.unpaired(share(golden.path("first")), share(golden.path("second")))
                                .interval(),
                        golden));
    }

    /** Among them the example that Newcombe publishes: 36, 12, 2, 0 gives 0.0569 to 0.3404. */
    @Test
    void pairedHasTheIntervalOfMethodTen() {
        Golden.cases("newcombe_paired").forEach(golden -> {
            Estimate found = Newcombe.paired(Golden.table(golden));
            Golden.assertSame(found.value(), golden.path("value"));
            Golden.assertSame(found.interval(), golden);
        });
    }

    private static Proportion share(JsonNode counts) {
        return new Proportion(counts.path(0).longValue(), counts.path(1).longValue());
    }

    @Test
    void bothCoverTheTruthAsOftenAsClaimed() {
        SplittableRandom random = new SplittableRandom(5);
        double unpaired = covered(
                0.1,
                () -> Newcombe.unpaired(
                        new Proportion(Draws.successes(random, 150, 0.9), 150),
                        new Proportion(Draws.successes(random, 100, 0.8), 100)));
        double paired = covered(0.05, () -> Newcombe.paired(Draws.table(random, 200, 0.12, 0.07, 0.75)));
        assertThat(unpaired).isBetween(0.935, 0.98);
        assertThat(paired).isBetween(0.935, 0.98);
    }

    private static double covered(double truth, Supplier<Estimate> experiment) {
        return IntStream.range(0, 4000)
                        .filter(i -> experiment.get().interval().contains(truth))
                        .count()
                / 4000.0;
    }
}
