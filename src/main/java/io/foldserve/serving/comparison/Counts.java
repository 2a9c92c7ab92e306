package io.foldserve.serving.comparison;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counters by name, each a vector of equal length: the sufficient statistics of a comparison. Those of parts add up to
 * those of the whole. Not thread-safe.
 */
final class Counts {
    private final TreeMap<String, long[]> counters = new TreeMap<>();

    /** Nothing counted. */
    Counts() {}

    /** A copy of {@code counters}. */
    Counts(Map<String, long[]> counters) {
        counters.forEach((name, vector) -> this.counters.put(name, vector.clone()));
    }

    /** Adds {@code amount} of each of {@code weights}. */
    void add(String name, long amount, int... weights) {
        long[] vector = counters.computeIfAbsent(name, absent -> new long[weights.length]);
        for (int i = 0; i < weights.length; i++) {
            vector[i] += amount * weights[i];
        }
    }

    /** Adds 1 to a counter of length 1. */
    void increment(String name) {
        add(name, 1, 1);
    }

    /** Adds every counter of {@code other}, which has the same lengths. */
    void addAll(Counts other) {
        other.counters.forEach((name, vector) -> {
            long[] mine = counters.computeIfAbsent(name, absent -> new long[vector.length]);
            for (int i = 0; i < vector.length; i++) {
                mine[i] += vector[i];
            }
        });
    }

    /** The first entry of a counter; 0 if nothing was added to it. */
    long get(String name) {
        return get(name, 0);
    }

    /** An entry of a counter; 0 if nothing was added to it. */
    long get(String name, int entry) {
        long[] vector = counters.get(name);
        return vector == null ? 0 : vector[entry];
    }

    /** The counters whose names begin with {@code prefix}. */
    SortedMap<String, long[]> below(String prefix) {
        return Collections.unmodifiableSortedMap(counters.subMap(prefix, prefix + Character.MAX_VALUE));
    }

    /** All counters. */
    Map<String, long[]> all() {
        return Collections.unmodifiableMap(counters);
    }
}
