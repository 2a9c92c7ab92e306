package io.foldserve.http.page;

import io.foldserve.serving.experiment.ExperimentReport.Moment;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How one figure of an experiment went, as a drawing 300 wide and 100 high; a line is a variant's.
 *
 * @param title what the figure is
 * @param lines the lines
 * @param high the highest value
 * @param low the lowest value
 * @param from when it begins
 * @param to when it ends
 * @param mark where the value lies that decides; empty if none does, or it is not within the drawing
 */
public record CourseChart(
        String title, List<Line> lines, String high, String low, String from, String to, Optional<String> mark) {
    private static final double WIDTH = 300;
    private static final double HEIGHT = 100;
    private static final double LEAST_MARGIN = 1e-3;
    private static final double DECIDES = 20;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * One variant.
     *
     * @param variant its name
     * @param number which line of the chart it is, from 0
     * @param points as a polyline has them
     * @param last its last value
     */
    public record Line(String variant, int number, String points, String last) {}

    /**
     * What is drawn.
     *
     * @param title what it is
     * @param values of a moment, by variant
     * @param scale what is drawn of a value
     * @param text a scaled value for people
     * @param mark the scaled value that decides, if one does
     */
    private record Kind(
            String title,
            Function<Moment, Map<String, Double>> values,
            DoubleUnaryOperator scale,
            DoubleFunction<String> text,
            Optional<Double> mark) {
        /** What is drawn of the variant's value at a moment at which it was known. */
        double value(Moment moment, String variant) {
            return scale.applyAsDouble(
                    Optional.ofNullable(values.apply(moment).get(variant)).orElseThrow());
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("Median time of the network’s run", Moment::inferMillis, ms -> ms, Texts::millis, none()),
            new Kind(
                    "Agreement with the baseline’s answers", Moment::agreement, share -> share, Texts::percent, none()),
            new Kind("Accuracy of answers with feedback", Moment::accuracy, share -> share, Texts::percent, none()),
            new Kind(
                    "Evidence of a difference (e-value); 20 decides",
                    Moment::eValue,
                    Math::log10,
                    exponent -> String.format(Locale.ROOT, "%.3g", Math.pow(10, exponent)),
                    Optional.of(Math.log10(DECIDES))));

    private static Optional<Double> none() {
        return Optional.empty();
    }

    /** The charts of {@code history}: of each figure that was known at two moments at least. */
    static List<CourseChart> of(List<String> variants, List<Moment> history) {
        return KINDS.stream()
                .flatMap(kind -> of(kind, variants, history).stream())
                .toList();
    }

    private static Optional<CourseChart> of(Kind kind, List<String> variants, List<Moment> history) {
        List<Moment> known = history.stream()
                .filter(moment -> !kind.values().apply(moment).isEmpty())
                .toList();
        if (known.size() < 2) {
            return Optional.empty();
        }
        Frame frame = Frame.of(kind, known);
        List<Line> lines = new ArrayList<>();
        for (String variant : variants) {
            List<Moment> own = known.stream()
                    .filter(moment -> kind.values().apply(moment).containsKey(variant))
                    .toList();
            if (!own.isEmpty()) {
                String points = own.stream()
                        .map(moment -> frame.point(moment.at(), kind.value(moment, variant)))
                        .collect(Collectors.joining(" "));
                double last = kind.value(own.get(own.size() - 1), variant);
                lines.add(new Line(variant, lines.size(), points, kind.text().apply(last)));
            }
        }
        return Optional.of(new CourseChart(
                kind.title(),
                lines,
                kind.text().apply(frame.values().getMax()),
                kind.text().apply(frame.values().getMin()),
                TIME.format(frame.from()),
                TIME.format(frame.to()),
                kind.mark().filter(frame::shows).map(frame::y)));
    }

    /** What a drawing's edges stand for. */
    private record Frame(Instant from, Instant to, DoubleSummaryStatistics values, double margin) {
        static Frame of(Kind kind, List<Moment> moments) {
            DoubleSummaryStatistics values = moments.stream()
                    .flatMap(moment -> kind.values().apply(moment).values().stream())
                    .mapToDouble(kind.scale()::applyAsDouble)
                    .summaryStatistics();
            return new Frame(
                    moments.get(0).at(),
                    moments.get(moments.size() - 1).at(),
                    values,
                    Math.max(0.05 * (values.getMax() - values.getMin()), LEAST_MARGIN));
        }

        double low() {
            return values.getMin() - margin;
        }

        double high() {
            return values.getMax() + margin;
        }

        boolean shows(double value) {
            return value >= low() && value <= high();
        }

        String y(double value) {
            return Texts.decimal(HEIGHT * (high() - value) / (high() - low()));
        }

        String point(Instant at, double value) {
            double share = (double) Duration.between(from, at).toMillis()
                    / Math.max(1, Duration.between(from, to).toMillis());
            return Texts.decimal(WIDTH * share) + "," + y(value);
        }
    }
}
