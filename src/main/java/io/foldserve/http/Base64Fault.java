package io.foldserve.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text that is not base64: the decoder says it in bytes and units. Stateless. */
public final class Base64Fault {
    private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9+/_=-]");

    private Base64Fault() {}

    /** Why {@code text} is not base64, as the end of a sentence. */
    public static String in(String text) {
        Matcher other = OTHER.matcher(text);
        return other.find()
                ? "found '%s' as character %d".formatted(other.group(), other.start() + 1)
                : "its %d characters break off, or are padded wrongly".formatted(text.length());
    }
}
