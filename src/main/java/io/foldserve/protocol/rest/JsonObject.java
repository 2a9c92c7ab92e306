package io.foldserve.protocol.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.foldserve.http.JsonPlace;
import io.foldserve.task.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads JSON whose members are known by name, strictly: another member or another type is refused. */
final class JsonObject {
    private JsonObject() {}

    /** Reads one value. */
    @FunctionalInterface
    interface Value {
        /** Reads the value that {@code json} stands at, to its last token. */
        void read(JsonParser json) throws IOException;
    }

    /**
     * Reads the object that {@code json} stands at.
     *
     * @param what the object's name, for messages
     * @throws InvalidRequestException if it is no object or has a member that is not in {@code members}
     */
    static void read(JsonParser json, String what, Map<String, Value> members) throws IOException {
        if (!json.isExpectedStartObjectToken()) {
            throw unexpected(json, what, "an object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            Value value = members.get(name);
            if (value == null) {
                throw new InvalidRequestException("%s has a member '%s', expected only %s"
                        .formatted(what, name, new TreeMap<>(members).keySet()));
            }
            json.nextToken();
            value.read(json);
        }
    }

    /** Reads the array that {@code json} stands at, its elements by {@code element}. */
    static void array(JsonParser json, String what, Value element) throws IOException {
        if (!json.isExpectedStartArrayToken()) {
            throw unexpected(json, what, "an array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read(json);
        }
    }

    static String string(JsonParser json, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw unexpected(json, what, "a string");
        }
        return json.getText();
    }

    static boolean truth(JsonParser json, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_TRUE && json.currentToken() != JsonToken.VALUE_FALSE) {
            throw unexpected(json, what, "true or false");
        }
        return json.getBooleanValue();
    }

    static int whole(JsonParser json, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getNumberType() != JsonParser.NumberType.INT) {
            throw unexpected(json, what, "a whole number below 2147483648");
        }
        return json.getIntValue();
    }

    static List<Long> shape(JsonParser json) throws IOException {
        List<Long> shape = new ArrayList<>();
        array(json, "shape", extent -> shape.add((long) whole(extent, "shape")));
        return shape;
    }

    private static InvalidRequestException unexpected(JsonParser json, String what, String expected) {
        return new InvalidRequestException(
                "%s must be %s, found %s".formatted(what, expected, JsonPlace.found(json.currentToken())));
    }
}
