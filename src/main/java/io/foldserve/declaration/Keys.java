package io.foldserve.declaration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All keys that one mapping may have, in the order in which people are told of them. Immutable and thread-safe.
 *
 * @param all the keys, no two with the same name
 */
public record Keys(List<Key<?>> all) {

    /** Copies the list; refuses a name twice. */
    public Keys {
        all = List.copyOf(all);
        if (all.stream().map(Key::name).distinct().count() < all.size()) {
            throw new IllegalArgumentException("a key occurs twice in " + all);
        }
    }

    /** These keys. */
    public static Keys of(Key<?>... keys) {
        return new Keys(List.of(keys));
    }

    /** These keys and {@code others} after them. */
    public Keys and(Keys others) {
        List<Key<?>> both = new ArrayList<>(all);
        both.addAll(others.all);
        return new Keys(both);
    }

    /** The keys' names. */
    public List<String> names() {
        return all.stream().map(Key::name).toList();
    }

    /** The JSON Schema of a mapping that has the required ones of these keys and no others. */
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties());
        List<String> required =
                all.stream().filter(Key::required).map(Key::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static String description(Key<?> key) {
        return key.required() ? key.meaning() : "%s Left out: %s.".formatted(key.meaning(), key.whenAbsent());
    }

    /** The JSON Schemas of the keys' values, by name. */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Key<?> key : all) {
            Map<String, Object> description = JsonSchema.of("description", description(key));
            properties.put(key.name(), JsonSchema.and(description, key.type().schema()));
        }
        return properties;
    }
}
