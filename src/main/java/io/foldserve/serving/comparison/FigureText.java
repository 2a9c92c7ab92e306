package io.foldserve.serving.comparison;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Figures as people read them: shares in percent, differences in points, p-values and ratios as they are. */
public final class FigureText {
    private static final Set<String> PLAIN = Set.of("kappa", "latencyRatio");
    private static final Set<String> DIFFERENCES = Set.of("newcombe", "mIoUDifference");
    private static final Set<String> EVIDENCE = Set.of("mcnemar", "mcnemarExact", "eValue");

    private FigureText() {}

    /** The value of the figure called {@code name}: {@code 98.9 %}. */
    public static String value(String name, Figure figure) {
        return number(name, figure.value());
    }

    /** Its interval, {@code [97.6 %, 99.5 %]}; empty text if it has none. */
    public static String interval(String name, Figure figure) {
        List<Double> interval = figure.interval();
        return interval.isEmpty()
                ? ""
                : "[%s, %s]".formatted(number(name, interval.get(0)), number(name, interval.get(1)));
    }

    private static String number(String name, double value) {
        if (EVIDENCE.contains(name)) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        if (PLAIN.contains(name)) {
            return String.format(Locale.ROOT, "%.3f", value);
        }
        return DIFFERENCES.contains(name) ? String.format(Locale.ROOT, "%+.1f points", 100 * value) : percent(value);
    }

    /** A share: {@code 98.9 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
