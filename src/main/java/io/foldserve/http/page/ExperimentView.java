package io.foldserve.http.page;

import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.experiment.ExperimentReport;
import io.foldserve.serving.experiment.ExperimentReport.Pair;
import io.foldserve.serving.experiment.ExperimentReport.Times;
import io.foldserve.serving.experiment.ExperimentReport.Variant;
import io.foldserve.serving.meter.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model's experiment has shown, as text and drawings.
 *
 * @param name the experiment's name
 * @param declared whether one is declared, or the traffic alone is counted
 * @param verdict what it comes to, in a sentence
 * @param rows the variants
 * @param sentences what was found of each variant beside the baseline
 * @param charts how the figures went
 */
public record ExperimentView(
        String name,
        boolean declared,
        String verdict,
        List<Row> rows,
        List<String> sentences,
        List<CourseChart> charts) {

    /**
     * One variant.
     *
     * @param variant its name
     * @param requests how many requests it was dealt
     * @param accuracy of its answers with feedback, with interval
     * @param median of the network's run
     * @param slow the time of the network's run that 99 of 100 do not exceed
     */
    public record Row(String variant, String requests, String accuracy, String median, String slow) {}

    private static final String UNKNOWN = "–";

    /** The view of {@code report}. */
    public static ExperimentView of(ExperimentReport report) {
        List<Row> rows = report.variants().stream()
                .map(variant -> row(variant, report.assignment().requests().getOrDefault(variant.name(), 0L)))
                .toList();
        return new ExperimentView(
                String.valueOf(report.experiment().get("name")),
                report.declared(),
                report.verdict(),
                rows,
                report.pairs().stream()
                        .flatMap(pair -> sentences(pair).stream())
                        .toList(),
                CourseChart.of(report.variants().stream().map(Variant::name).toList(), report.history()));
    }

    private static Row row(Variant variant, long requests) {
        Optional<Times> infer = Optional.ofNullable(variant.latency().get(Stage.INFER.tag()));
        return new Row(
                variant.name(),
                String.format(Locale.ROOT, "%,d", requests),
                variant.accuracy()
                        .map(figure -> shares(figure) + ", n = " + figure.n())
                        .orElse(UNKNOWN),
                infer.map(times -> Texts.millis(times.p50())).orElse(UNKNOWN),
                infer.map(times -> Texts.millis(times.p99())).orElse(UNKNOWN));
    }

    private static List<String> sentences(Pair pair) {
        List<String> found = new ArrayList<>();
        String names = pair.variant() + " and " + pair.baseline();
        Optional<Figure> masks = figure(pair, "maskAgreement");
        masks.ifPresent(figure -> found.add("The masks of %s have a mean IoU of %s with each other, over %,d pictures."
                .formatted(names, Texts.decimal(figure.value()), figure.n())));
        figure(pair, "agreement")
                .filter(figure -> masks.isEmpty())
                .ifPresent(figure ->
                        found.add("%s agree on %s of %,d pictures.".formatted(names, shares(figure), figure.n())));
        figure(pair, "latencyRatio")
                .ifPresent(figure -> found.add("%s takes %s of %s’s time on the same picture, in %,d shadow runs."
                        .formatted(pair.variant(), Texts.percent(figure.value()), pair.baseline(), figure.n())));
        figure(pair, "eValue")
                .ifPresent(figure -> found.add("Pictures that one alone has right: %,d; e-value %.3g, where 20 decides."
                        .formatted(figure.n(), figure.value())));
        return found;
    }

    private static Optional<Figure> figure(Pair pair, String name) {
        return Optional.ofNullable(pair.figures().get(name));
    }

    private static String shares(Figure figure) {
        return figure.interval().isEmpty()
                ? Texts.percent(figure.value())
                : "%s [%s, %s]"
                        .formatted(
                                Texts.percent(figure.value()),
                                Texts.percent(figure.interval().get(0)),
                                Texts.percent(figure.interval().get(1)));
    }
}
