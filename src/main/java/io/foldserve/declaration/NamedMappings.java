package io.foldserve.declaration;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mapping from names of the user's own to mappings of one type. Immutable and thread-safe.
 *
 * @param nameRule what a name may be, in words
 * @param name what a name matches wholly
 * @param type what each name stands for
 */
public record NamedMappings(String nameRule, Pattern name, MappingType type)
        implements ValueType<Map<String, @Nullable Object>> {

    @Override
    public String expected() {
        return "a mapping";
    }

    @Override
    public Optional<Map<String, @Nullable Object>> parse(Object declared) {
        return MappingType.plain(declared);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> names = JsonSchema.of("pattern", "^(" + name.pattern() + ")$");
        return JsonSchema.and(
                JsonSchema.of("type", "object", "minProperties", 1),
                JsonSchema.of("propertyNames", names, "additionalProperties", type.schema()));
    }
}
