package io.foldserve.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a parser of JSON is and what it found there, in words for a client. Stateless. */
public final class JsonPlace {
    /** Where the parser says an object began, in words for programmers. */
    private static final Pattern MARKER = Pattern.compile(" \\(start marker at \\[.*]\\)");

    /** Which setting of the parser bounds it, which only a programmer could change. */
    private static final Pattern LIMIT_OF_THE_PARSER = Pattern.compile(", from `[^`]*`");

    private JsonPlace() {}

    /** The token that {@code json} is at, such as {@code inputs[0].shape (line 1, column 30)}. */
    public static String of(JsonParser json) {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext at = json.getParsingContext(); at != null; at = at.getParent()) {
            path.insert(0, step(at));
        }
        String where = lineAndColumn(json.currentTokenLocation());
        return path.isEmpty() ? where : "%s (%s)".formatted(path.substring(path.charAt(0) == '.' ? 1 : 0), where);
    }

    private static String step(JsonStreamContext at) {
        if (at.inArray() && at.hasCurrentIndex()) {
            return "[%d]".formatted(at.getCurrentIndex());
        }
        return at.inObject() && at.hasCurrentName() ? "." + at.getCurrentName() : "";
    }

    private static String lineAndColumn(JsonLocation location) {
        return "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** Why a text is not JSON, and where, as the end of a sentence. */
    public static String why(JsonProcessingException malformed) {
        String reason = MARKER.matcher(malformed.getOriginalMessage()).replaceAll("");
        // A breach of the parser's own limits, such as a number of millions of digits, has no place.
        String place = malformed.getLocation() == null ? "" : " (%s)".formatted(lineAndColumn(malformed.getLocation()));
        return LIMIT_OF_THE_PARSER.matcher(reason).replaceAll("") + place;
    }

    /** What {@code token} is. */
    public static String found(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case END_OBJECT -> "the object's end";
            case END_ARRAY -> "the array's end";
            case FIELD_NAME -> "a member";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
        };
    }
}
