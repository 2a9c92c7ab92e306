package io.foldserve.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.experiment.ExperimentReport;
import io.foldserve.serving.experiment.ExperimentReport.Assigned;
import io.foldserve.serving.experiment.ExperimentReport.Moment;
import io.foldserve.serving.experiment.ExperimentReport.Pair;
import io.foldserve.serving.experiment.ExperimentReport.Times;
import io.foldserve.serving.experiment.ExperimentReport.Variant;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An experiment's report as text and curves. */
class ExperimentViewTest {
    private static final Instant START = Instant.parse("2026-11-28T09:00:00Z");

    private static ExperimentReport report(Map<String, Figure> figures, List<Moment> history) {
        return new ExperimentReport(
                "cats",
                Map.of("name", "by-user"),
                true,
                "all",
                new Assigned(Map.of("a", 1234L, "b", 0L), Map.of(), new Figure(0.5, List.of(), 1234, "χ²"), false),
                List.of(
                        new Variant(
                                "a",
                                false,
                                Optional.of(new Figure(0.8, List.of(0.7, 0.9), 50, "share")),
                                Map.of("infer", new Times(1234, 2.5, 3, 9.125))),
                        new Variant("b", true, Optional.empty(), Map.of())),
                List.of(new Pair(
                        "a", "b", figures, new PairedTable(0, 0, 0, 0), Verdict.Outcome.UNDECIDED, "undecided")),
                "undecided",
                history);
    }

    private static Moment moment(int minute, double millis, double evidence) {
        return new Moment(
                START.plusSeconds(60L * minute), Map.of("a", millis), Map.of(), Map.of(), Map.of("a", evidence));
    }

    @Test
    void whatIsNotKnownYetIsADash() {
        ExperimentView view = ExperimentView.of(report(Map.of(), List.of()));

        assertThat(view.rows())
                .containsExactly(
                        new ExperimentView.Row("a", "1,234", "80.0 % [70.0 %, 90.0 %], n = 50", "2.50 ms", "9.13 ms"),
                        new ExperimentView.Row("b", "0", "–", "–", "–"));
        assertThat(view.sentences()).isEmpty();
        assertThat(view.charts()).isEmpty();
    }

    @Test
    void masksAreToldByTheirMeanIoUAndNotByWhoReachesAThreshold() {
        Figure agreement = new Figure(0, List.of(0.0, 0.1), 45, "share");
        Figure masks = new Figure(0.7125, List.of(), 45, "mean");

        assertThat(ExperimentView.of(report(Map.of("agreement", agreement), List.of()))
                        .sentences())
                .containsExactly("a and b agree on 0.0 % [0.0 %, 10.0 %] of 45 pictures.");
        assertThat(ExperimentView.of(report(Map.of("agreement", agreement, "maskAgreement", masks), List.of()))
                        .sentences())
                .containsExactly("The masks of a and b have a mean IoU of 0.713 with each other, over 45 pictures.");
    }

    @Test
    void evidenceIsToldWithWhatDecides() {
        Figure evidence = new Figure(1, List.of(), 1, "e-value");

        assertThat(ExperimentView.of(report(Map.of("eValue", evidence), List.of()))
                        .sentences())
                .containsExactly("Pictures that one alone has right: 1; e-value 1.00, where 20 decides.");
    }

    @Test
    void aFigureThatWasKnownTwiceHasACurveFromEdgeToEdge() {
        List<CourseChart> charts = ExperimentView.of(
                        report(Map.of(), List.of(moment(0, 2, 1), moment(30, 3, 10), moment(60, 4, 100))))
                .charts();

        assertThat(charts)
                .extracting(CourseChart::title)
                .containsExactly("Median time of the network’s run", "Evidence of a difference (e-value); 20 decides");
        CourseChart millis = charts.get(0);
        assertThat(millis.lines())
                .containsExactly(new CourseChart.Line("a", 0, "0.000,95.455 150.000,50.000 300.000,4.545", "4.00 ms"));
        assertThat(millis.low()).isEqualTo("2.00 ms");
        assertThat(millis.high()).isEqualTo("4.00 ms");
        assertThat(millis.from()).isEqualTo("28 Nov 09:00");
        assertThat(millis.mark()).isEmpty();
        CourseChart evidence = charts.get(1);
        assertThat(evidence.lines().get(0).points()).isEqualTo("0.000,95.455 150.000,50.000 300.000,4.545");
        assertThat(evidence.mark()).contains("36.317");
    }

    @Test
    void aFigureThatWasKnownOnceHasNoCurve() {
        assertThat(ExperimentView.of(report(Map.of(), List.of(moment(0, 2, 1)))).charts())
                .isEmpty();
    }
}
