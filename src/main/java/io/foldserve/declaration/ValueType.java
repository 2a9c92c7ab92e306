package io.foldserve.declaration;

import java.util.Map;
import java.util.Optional;

/**
 * A type of value that a key can take: how it is read, and what is said of it to people and to JSON Schema validators.
 * Immutable and thread-safe.
 *
 * @param <T> what a value becomes
 */
public interface ValueType<T> {

    /** The type in an error's words, after "expected": {@code a whole number from 1 to 8192}. */
    String expected();

    /**
     * The value that {@code declared}, a string, number, boolean, list or map, stands for; empty if it is none of this
     * type.
     */
    Optional<T> parse(Object declared);

    /** The JSON Schema of what {@link #parse} takes, in plain maps and lists. */
    Map<String, Object> schema();
}
