package io.foldserve.architecture;

import io.foldserve.declaration.Nearest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds an architecture by its name as people write it: case, dashes, underscores and dots do not matter. Stateless and
 * thread-safe.
 */
final class ArchitectureNames {
    private static final int NEAREST = 3;
    private static final Map<String, String> BY_LETTERS = byLetters();

    private ArchitectureNames() {}

    private static Map<String, String> byLetters() {
        Map<String, String> names = new LinkedHashMap<>();
        Families.BY_NAME.keySet().forEach(name -> names.put(letters(name), name));
        return Collections.unmodifiableMap(names);
    }

    /** The architecture that {@code written} means, if it is one. */
    static Optional<String> find(String written) {
        return Optional.ofNullable(BY_LETTERS.get(letters(written)));
    }

    /** The architectures whose names are nearest to {@code written}. */
    static List<String> nearest(String written) {
        return Nearest.of(written, Families.BY_NAME.keySet(), NEAREST);
    }

    /** {@code name} without what does not matter. */
    static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }
}
