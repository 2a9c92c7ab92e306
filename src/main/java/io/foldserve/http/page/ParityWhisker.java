package io.foldserve.http.page;

import io.foldserve.serving.parity.ParityReport;
import java.util.Optional;

/**
 * A variant's latency relative to the baseline's as a drawing 400 wide: the interval as a line from end to end, the
 * median as a point, and the band within which both count as equally fast.
 *
 * @param variant the variant's name
 * @param baseline the baseline's name
 * @param figures the ratio and its interval as text
 * @param verdict what the interval says
 * @param low where the interval begins
 * @param high where it ends
 * @param median where the median, or a certificate's mean, lies
 * @param bandFrom where the band begins
 * @param bandWidth how wide it is
 * @param structure whether the two served networks are alike
 */
public record ParityWhisker(
        String variant,
        String baseline,
        String figures,
        String verdict,
        String low,
        String high,
        String median,
        String bandFrom,
        String bandWidth,
        String structure) {
    private static final double WIDTH = 400;
    private static final double BAND = 0.02;
    private static final double LEAST_REACH = 0.05;

    /**
     * The drawing of {@code report}: of its certificate, or until there is one of what was measured at load; empty if
     * neither is there.
     */
    static Optional<ParityWhisker> of(ParityReport report) {
        return report.certificate()
                .map(certificate -> of(
                        report,
                        new Whisker(certificate.low(), certificate.ratio(), certificate.high()),
                        "%s [%s, %s], the 90 %% interval of %d blocks"
                                .formatted(
                                        Texts.decimal(certificate.ratio()),
                                        Texts.decimal(certificate.low()),
                                        Texts.decimal(certificate.high()),
                                        certificate.blocks())))
                .or(() -> report.latency()
                        .map(latency -> of(
                                report,
                                new Whisker(latency.low(), latency.median(), latency.high()),
                                latency.toString())));
    }

    /** An interval of ratios and the point in it. */
    private record Whisker(double low, double middle, double high) {}

    private static ParityWhisker of(ParityReport report, Whisker shown, String figures) {
        double reach = Math.max(LEAST_REACH, 1.1 * Math.max(Math.abs(shown.low() - 1), Math.abs(shown.high() - 1)));
        return new ParityWhisker(
                report.variant(),
                report.baseline(),
                figures,
                verdict(report, shown),
                x(shown.low(), reach),
                x(shown.high(), reach),
                x(shown.middle(), reach),
                x(1 - BAND, reach),
                Texts.decimal(2 * BAND / reach * WIDTH / 2),
                report.sameStructure()
                        ? "the same operators and shapes, in the same order"
                        : "the structures differ in %d places"
                                .formatted(report.differences().size()));
    }

    private static String verdict(ParityReport report, Whisker shown) {
        if (shown.low() >= 1 - BAND && shown.high() <= 1 + BAND) {
            return "as fast as %s, within 2 %%".formatted(report.baseline());
        }
        if (shown.high() < 1 - BAND) {
            return "faster than %s".formatted(report.baseline());
        }
        if (shown.low() > 1 + BAND) {
            return "slower than %s".formatted(report.baseline());
        }
        return "undecided, the interval reaches out of the band of 2 %";
    }

    private static String x(double ratio, double reach) {
        return Texts.decimal(WIDTH / 2 + (ratio - 1) / reach * WIDTH / 2);
    }
}
