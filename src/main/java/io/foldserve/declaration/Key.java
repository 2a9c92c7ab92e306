package io.foldserve.declaration;

import java.util.Optional;

/**
 * A key of a mapping: all that its reader, the JSON Schema and the documentation say of it. Immutable and thread-safe.
 *
 * @param name as it is written
 * @param type what it takes
 * @param required whether a mapping without it is refused
 * @param absent the value of a key that is left out, if there is one
 * @param whenAbsent what is so without it, in words: its default, or what is done instead
 * @param meaning one sentence for people
 * @param example a value as it is written in YAML
 * @param <T> what its values become
 */
public record Key<T>(
        String name,
        ValueType<T> type,
        boolean required,
        Optional<T> absent,
        String whenAbsent,
        String meaning,
        String example) {

    /** A key that must be there. */
    public static <T> Key<T> required(String name, ValueType<T> type, String meaning, String example) {
        return new Key<>(name, type, true, Optional.empty(), "required", meaning, example);
    }

    /** A key that need not be there; {@code whenAbsent} says what is so without it. */
    public static <T> Key<T> optional(
            String name, ValueType<T> type, String whenAbsent, String meaning, String example) {
        return new Key<>(name, type, false, Optional.empty(), whenAbsent, meaning, example);
    }

    /** A key that is {@code absent} when it is left out, which its string says. */
    public static <T> Key<T> of(String name, ValueType<T> type, T absent, String meaning, String example) {
        return new Key<>(name, type, false, Optional.of(absent), String.valueOf(absent), meaning, example);
    }

    /** The key with its default in other words. */
    public Key<T> saying(String words) {
        return new Key<>(name, type, required, absent, words, meaning, example);
    }
}
