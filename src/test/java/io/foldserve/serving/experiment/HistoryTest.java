package io.foldserve.serving.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.experiment.ExperimentReport.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of an experiment's course is kept. */
class HistoryTest {
    private static final Instant START = Instant.parse("2026-11-28T00:00:00Z");

    private static Moment moment(int second) {
        return new Moment(START.plusSeconds(second), Map.of(), Map.of(), Map.of(), Map.of());
    }

    @Test
    void aLongCourseIsKeptFromItsBeginningInEvenSteps() {
        History history = new History();
        for (int second = 0; second < 10_000; second++) {
            history.add("cats", "e", moment(second));
        }
        List<Moment> kept = history.of("cats", "e");

        assertThat(kept).hasSizeBetween(History.MOST / 2, History.MOST);
        assertThat(kept.get(0).at()).isEqualTo(START);
        for (int i = 1; i < kept.size(); i++) {
            assertThat(Duration.between(kept.get(i - 1).at(), kept.get(i).at())).isEqualTo(Duration.ofSeconds(64));
        }
    }

    @Test
    void anotherExperimentBeginsAnew() {
        History history = new History();
        history.add("cats", "e", moment(0));
        history.add("cats", "f", moment(1));

        assertThat(history.of("cats", "e")).isEmpty();
        assertThat(history.of("cats", "f")).containsExactly(moment(1));
        assertThat(history.of("dogs", "f")).isEmpty();

        history.forget("cats");
        assertThat(history.of("cats", "f")).isEmpty();
    }
}
