package io.foldserve.declaration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes JSON Schemas (draft 2020-12) whose keywords keep their order, so that the same keys always give the same text.
 */
public final class JsonSchema {
    private JsonSchema() {}

    /** The schema {@code {keyword: value}}. */
    public static Map<String, Object> of(String keyword, Object value) {
        return Map.of(keyword, value);
    }

    /** A schema of two keywords. */
    public static Map<String, Object> of(String first, Object one, String second, Object two) {
        Map<String, Object> schema = new LinkedHashMap<>(of(first, one));
        schema.put(second, two);
        return Collections.unmodifiableMap(schema);
    }

    /** A schema of three keywords. */
    public static Map<String, Object> of(
            String first, Object one, String second, Object two, String third, Object three) {
        Map<String, Object> schema = new LinkedHashMap<>(of(first, one, second, two));
        schema.put(third, three);
        return Collections.unmodifiableMap(schema);
    }

    /** The schema {@code one} with the keywords of {@code other} after its own. */
    public static Map<String, Object> and(Map<String, Object> one, Map<String, Object> other) {
        Map<String, Object> schema = new LinkedHashMap<>(one);
        schema.putAll(other);
        return Collections.unmodifiableMap(schema);
    }
}
