package io.foldserve.declaration;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mappings with known keys, of one form or of several. Its values stay plain maps until a {@link Section} reads them.
 * Immutable and thread-safe.
 *
 * @param expected the type in an error's words
 * @param forms what the mapping may look like, at least one; which is meant, the first key of each form says
 */
public record MappingType(String expected, List<Keys> forms) implements ValueType<Map<String, @Nullable Object>> {

    /** Copies the list; refuses one without a form. */
    public MappingType {
        forms = List.copyOf(forms);
        if (forms.isEmpty()) {
            throw new IllegalArgumentException("a mapping has at least one form");
        }
    }

    /** Mappings of any of {@code forms}. */
    public static MappingType of(Keys... forms) {
        return new MappingType("a mapping", Arrays.asList(forms));
    }

    @Override
    public Optional<Map<String, @Nullable Object>> parse(Object declared) {
        return plain(declared);
    }

    /** {@code declared} with strings for keys, if it is a mapping. */
    static Optional<Map<String, @Nullable Object>> plain(@Nullable Object declared) {
        if (!(declared instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        map.forEach((key, value) -> plain.put(String.valueOf(key), value));
        return Optional.of(plain);
    }

    /** The form whose first key {@code declared} has, or else the last. */
    Keys form(Map<String, @Nullable Object> declared) {
        return forms.stream()
                .filter(form -> declared.containsKey(form.names().get(0)))
                .findFirst()
                .orElse(forms.get(forms.size() - 1));
    }

    @Override
    public Map<String, Object> schema() {
        return forms.size() == 1
                ? forms.get(0).schema()
                : JsonSchema.of("anyOf", forms.stream().map(Keys::schema).toList());
    }
}
