package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CohensKappaTest {
    @Test
    void hasValueAndIntervalOfStatsmodels() {
        for (JsonNode golden : Golden.cases("kappa")) {
            long[][] table = new ObjectMapper().convertValue(golden.path("table"), long[][].class);
            Golden.assertSame(CohensKappa.of(table).value(), golden.path("value"));
            Golden.assertSame(CohensKappa.of(table).interval(), golden);
        }
    }

    @Test
    void theIntervalCoversTheTruthAsOftenAsClaimed() {
        SplittableRandom random = new SplittableRandom(2);
        int covered = 0;
        for (int experiment = 0; experiment < 2000; experiment++) {
            long[][] table = new long[2][2];
            // Both answer 0 or 1 with probability ½ and agree with probability 0.8: κ is 0.6.
            for (int i = 0; i < 300; i++) {
                int first = random.nextInt(2);
                table[first][random.nextDouble() < 0.8 ? first : 1 - first]++;
            }
            covered += CohensKappa.of(table).interval().contains(0.6) ? 1 : 0;
        }
        assertThat(covered / 2000.0).isBetween(0.93, 0.97);
    }

    @Test
    void isOneWhereBothAlwaysGiveTheSameAnswer() {
        assertThat(CohensKappa.of(new long[][] {{7, 0}, {0, 0}})).isEqualTo(new Estimate(1, new Interval(1, 1)));
    }

    @Test
    void refusesATableThatIsNotSquareOrHoldsNothing() {
        assertThatThrownBy(() -> CohensKappa.of(new long[][] {{1}, {2}})).hasMessageContaining("2 rows");
        assertThatThrownBy(() -> CohensKappa.of(new long[2][2])).hasMessage("the table holds no answer");
    }
}
