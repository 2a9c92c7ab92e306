package io.foldserve.serving.assignment;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a request says which unit it belongs to (a user, a device, a session). Immutable.
 *
 * @param kind which part of the request
 * @param name the header's, cookie's or query parameter's name
 */
public record UnitSource(Kind kind, String name) {
    /** What the text of a source matches wholly: {@code header:X-User-Id}; a name is a token of RFC 9110. */
    public static final Pattern FORM = Pattern.compile("(header|cookie|query):([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})");

    /** A part of a request. */
    public enum Kind {
        /** A header; its name is compared without regard to case. */
        HEADER,
        /** A cookie. */
        COOKIE,
        /** A query parameter. */
        QUERY
    }

    /** The source that {@code text} names, such as {@code cookie:session}; empty if it is none. */
    public static Optional<UnitSource> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new UnitSource(Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), matcher.group(2)))
                : Optional.empty();
    }

    /** What a source looks like, in an error's words. */
    public static String expected() {
        return Arrays.stream(Kind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT) + ":NAME")
                .collect(Collectors.joining(", "));
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
    }
}
