package io.foldserve.serving.experiment;

import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids of answers: 12 hexadecimal digits of the time in milliseconds, so that they rise, and 16 that nobody guesses. */
final class AnswerIds {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{28}");

    private AnswerIds() {}

    static String next(InstantSource clock) {
        return String.format(
                Locale.ROOT, "%012x%016x", clock.millis(), UUID.randomUUID().getLeastSignificantBits());
    }

    /** True if {@code id} looks like one. */
    static boolean isId(String id) {
        return FORM.matcher(id).matches();
    }
}
