package io.foldserve.architecture.declare;

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

    /** For people: {@code 64×3×7×7}. */
    public static String print(List<Extent> shape) {
        return shape.stream().map(extent -> Integer.toString(extent.value())).collect(Collectors.joining("×"));
    }
}
