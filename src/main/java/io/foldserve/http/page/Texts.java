package io.foldserve.http.page;

import java.time.Duration;
import java.util.Locale;

/** Figures as text for people. */
final class Texts {
    private Texts() {}

    /** A share of 1 as {@code 97.3 %}; what is not all or nothing is never shown as if it were. */
    static String percent(double share) {
        if (share > 0 && share < 0.0005) {
            return "< 0.1 %";
        }
        if (share < 1 && share >= 0.9995) {
            return "> 99.9 %";
        }
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A difference of shares: {@code 3.1 points}. */
    static String points(double difference) {
        return difference > 0 && difference < 0.0005
                ? "< 0.1 points"
                : String.format(Locale.ROOT, "%.1f points", 100 * difference);
    }

    /** A duration in milliseconds: {@code 1.25 ms}. */
    static String millis(Duration duration) {
        return millis(duration.toNanos() / 1e6);
    }

    /** The same of a number of milliseconds. */
    static String millis(double millis) {
        return String.format(Locale.ROOT, "%.2f ms", millis);
    }

    /** A coordinate or a ratio with three decimals. */
    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
