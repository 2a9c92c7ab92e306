package io.foldserve.serving.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.documentation.Page;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of metrics.md is {@link MeterName}. */
class MetricsPageTest {
    private static final List<List<String>> ROWS = Page.ofSite("metrics.md").table("metric");

    /** The name as Prometheus writes it: timers in seconds, counters as totals. */
    private static String exposed(MeterName meter) {
        String name = meter.id().replace('.', '_');
        return switch (meter) {
            case REQUEST_DURATION, STAGE_DURATION -> name + "_seconds";
            case REQUESTS_REJECTED, EXPERIMENT_ASSIGNED, SHADOW, PAIR, FEEDBACK, FEEDBACK_PAIR, EXPERIMENT_LOST ->
                name + "_total";
            default -> name;
        };
    }

    private static List<String> tags(String cell) {
        return Stream.of(cell.replaceAll("\\([^)]*\\)", "").split(","))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }

    private static List<String> values(String cell, String tag) {
        String after = cell.substring(cell.indexOf(tag + " ("));
        return Page.code(after.substring(0, after.indexOf(')')));
    }

    private static List<String> row(MeterName meter) {
        return ROWS.stream()
                .filter(row -> Page.code(row.get(0)).contains(exposed(meter)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theTableHasEveryMetricWithItsTags() {
        Map<String, List<String>> documented = new TreeMap<>();
        ROWS.forEach(row -> Page.code(row.get(0)).forEach(name -> documented.put(name, tags(row.get(1)))));
        Map<String, List<String>> defined = new TreeMap<>();
        Arrays.stream(MeterName.values()).forEach(meter -> defined.put(exposed(meter), meter.tags()));

        assertThat(documented)
                .as("src/site/markdown/metrics.md: write each meter of MeterName, as Prometheus does, with its tags")
                .containsExactlyInAnyOrderEntriesOf(defined);
    }

    @Test
    void theOutcomesAndStagesAreAllNamed() {
        assertThat(values(row(MeterName.REQUEST_DURATION).get(1), "outcome"))
                .as("src/site/markdown/metrics.md: write the outcomes of Outcome")
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Outcome.values()).map(Outcome::tag).toList());
        assertThat(values(row(MeterName.STAGE_DURATION).get(1), "stage"))
                .as("src/site/markdown/metrics.md: write the stages of Stage")
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Stage.values()).map(Stage::tag).toList());
    }

    @Test
    void theOutcomesOfShadowRunsAndTheCellsOfPairsAreAllNamed() {
        assertThat(values(row(MeterName.SHADOW).get(1), "outcome"))
                .containsExactlyElementsOf(ExperimentMeters.SHADOW_OUTCOMES);
        assertThat(values(row(MeterName.FEEDBACK_PAIR).get(1), "cell"))
                .containsExactlyElementsOf(ExperimentMeters.CELLS);
    }
}
