package io.foldserve.architecture.declare;

import io.foldserve.declaration.JsonSchema;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One number per spatial axis, height first. */
public record Pair(int height, int width) {

    /** A whole number from {@code least} for both axes, or a list of two: height, width. */
    public static ValueType<Pair> type(int least) {
        return ValueTypes.of(
                "a whole number from %d, or two in a list (height, width)".formatted(least),
                declared -> parse(declared, least),
                JsonSchema.of("anyOf", schemas(least)));
    }

    private static Optional<Pair> parse(Object declared, int least) {
        if (declared instanceof List<?> axes && axes.size() == 2) {
            return whole(axes.get(0), least)
                    .flatMap(height -> whole(axes.get(1), least).map(width -> new Pair(height, width)));
        }
        return whole(declared, least).map(Pair::of);
    }

    private static Optional<Integer> whole(@Nullable Object declared, int least) {
        return ValueTypes.whole(declared, least, NetworkKeys.LARGEST);
    }

    /** The JSON Schemas of both ways to write a pair. */
    static List<Map<String, Object>> schemas(int least) {
        Map<String, Object> number =
                ValueTypes.integer(least, NetworkKeys.LARGEST).schema();
        Map<String, Object> two = JsonSchema.and(
                JsonSchema.of("type", "array", "items", number), JsonSchema.of("minItems", 2, "maxItems", 2));
        return List.of(number, two);
    }

    /** The same number for both axes. */
    public static Pair of(int both) {
        return new Pair(both, both);
    }

    /** The two numbers of a list: height, width. */
    public static Pair of(List<Integer> axes) {
        return new Pair(axes.get(0), axes.get(1));
    }

    /** The numbers with their axes exchanged. */
    public Pair swapped() {
        return new Pair(width, height);
    }

    /** The numbers as ONNX lists them. */
    public List<Integer> toList() {
        return List.of(height, width);
    }

    /** For people: {@code 3×3}. */
    @Override
    public String toString() {
        return height + "×" + width;
    }
}
