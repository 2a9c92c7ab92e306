package io.foldserve.fold.facts;

import java.util.function.Predicate;

/** Names for what a fold adds to a graph. Stateless. */
public final class FreeNames {
    private FreeNames() {}

    /** {@code preferred}, or itself with {@code suffix} as often as it takes until it is not {@code taken}. */
    public static String of(String preferred, String suffix, Predicate<String> taken) {
        String name = preferred;
        while (taken.test(name)) {
            name += suffix;
        }
        return name;
    }
}
