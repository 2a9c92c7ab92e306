package io.foldserve.serving.comparison;

import java.util.Locale;

/** A difference with its interval as a drawing: a line from end to end, a point at the value, and where 0 lies. */
final class Whisker {
    private static final double WIDTH = 400;
    private static final double MIDDLE = WIDTH / 2;

    private Whisker() {}

    /** Adds the drawing of {@code difference}, the first's figure less the second's. */
    static void draw(Html page, Figure difference, String first, String second) {
        double low = difference.interval().get(0);
        double high = difference.interval().get(1);
        double reach = Math.max(0.01, 1.2 * Math.max(Math.abs(low), Math.abs(high)));
        page.add(
                        "<svg class=\"whisker\" viewBox=\"0 0 400 64\" role=\"img\""
                                + " aria-label=\"difference %s, from %s to %s\">",
                        points(difference.value()), points(low), points(high))
                .add("<line class=\"axis\" x1=\"0\" y1=\"30\" x2=\"400\" y2=\"30\"/>")
                .add("<line class=\"axis\" x1=\"200\" y1=\"14\" x2=\"200\" y2=\"46\"/>")
                .add("<line class=\"range\" x1=\"%s\" y1=\"30\" x2=\"%s\" y2=\"30\"/>", x(low, reach), x(high, reach))
                .add("<circle class=\"point\" cx=\"%s\" cy=\"30\" r=\"5\"/>", x(difference.value(), reach))
                .add("<text x=\"0\" y=\"60\">%s better by %s</text>", second, points(reach))
                .add("<text x=\"400\" y=\"60\" text-anchor=\"end\">%s better by %s</text></svg>", first, points(reach));
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%.1f points", 100 * share);
    }

    private static String x(double value, double reach) {
        return String.format(Locale.ROOT, "%.1f", MIDDLE + value / reach * MIDDLE);
    }
}
