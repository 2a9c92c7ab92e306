package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class McNemarTest {
    @Test
    void hasThePValuesOfStatsmodelsAndSciPy() {
        Golden.cases("mcnemar_p").forEach(golden -> {
            McNemar found = McNemar.of(Golden.table(golden));
            Golden.assertSame(found.exact(), golden.path("exact"));
            Golden.assertSame(found.midP(), golden.path("midP"));
        });
    }

    @Test
    void midPRejectsEqualAnswerersAsOftenAsClaimedAndMoreOftenThanTheExactTest() {
        SplittableRandom random = new SplittableRandom(3);
        McNemar[] tests = IntStream.range(0, 4000)
                .mapToObj(experiment -> McNemar.of(Draws.table(random, 300, 0.1, 0.1, 0.7)))
                .toArray(McNemar[]::new);
        double exact = rejected(tests, true);
        double midP = rejected(tests, false);
        assertThat(midP).isBetween(0.03, 0.055);
        assertThat(exact).isLessThan(midP).isPositive();
    }

    @Test
    void seesADifferenceThatIsThere() {
        SplittableRandom random = new SplittableRandom(4);
        McNemar[] tests = IntStream.range(0, 500)
                .mapToObj(experiment -> McNemar.of(Draws.table(random, 1000, 0.1, 0.05, 0.8)))
                .toArray(McNemar[]::new);
        assertThat(rejected(tests, false)).isGreaterThan(0.95);
    }

    private static double rejected(McNemar[] tests, boolean exact) {
        return IntStream.range(0, tests.length)
                        .filter(i -> (exact ? tests[i].exact() : tests[i].midP()) < 0.05)
                        .count()
                / (double) tests.length;
    }

    @Test
    void saysNothingWithoutADisagreement() {
        assertThat(McNemar.of(new PairedTable(10, 0, 0, 3))).isEqualTo(new McNemar(1, 1));
    }

    @Test
    void tablesAddUpAndRefuseNegativeCounts() {
        assertThat(new PairedTable(1, 2, 3, 4).plus(new PairedTable(10, 20, 30, 40)))
                .isEqualTo(new PairedTable(11, 22, 33, 44));
        assertThatThrownBy(() -> new PairedTable(1, -1, 0, 0)).hasMessageContaining("found 1, -1, 0, 0");
    }
}
