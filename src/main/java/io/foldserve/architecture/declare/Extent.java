package io.foldserve.architecture.declare;

import io.foldserve.declaration.Key;
import io.foldserve.declaration.Section;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An extent that the architecture expects of a tensor, and the option that sets it, so that an error can say which
 * option would make the checkpoint fit.
 *
 * @param value the extent
 * @param option the option's name; empty if no single option sets it
 */
public record Extent(int value, String option) {

    /** An extent that follows from the architecture alone. */
    public static Extent of(int value) {
        return new Extent(value, "");
    }

    /** The extent that {@code key} declares, or its default, or else 1, which a problem accompanies. */
    public static Extent read(Section section, Key<Integer> key) {
        return new Extent(section.find(key).or(key::absent).orElse(1), section.path(key.name()));
    }

    /** For people: {@code 64×3×7×7}. */
    public static String print(List<Extent> shape) {
        return shape.stream().map(extent -> Integer.toString(extent.value())).collect(Collectors.joining("×"));
    }
}
