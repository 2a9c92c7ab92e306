package io.foldserve.declaration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The types of scalar values and of lists of numbers. */
public final class ValueTypes {
    private ValueTypes() {}

    private record Simple<T>(String expected, Function<Object, Optional<T>> parser, Map<String, Object> schema)
            implements ValueType<T> {
        @Override
        public Optional<T> parse(Object declared) {
            return parser.apply(declared);
        }
    }

    /** A type of which {@code parser} makes values, and which {@code schema} describes. */
    public static <T> ValueType<T> of(
            String expected, Function<Object, Optional<T>> parser, Map<String, Object> schema) {
        return new Simple<>(expected, parser, schema);
    }

    /** Text that is not blank, called {@code expected}. */
    public static ValueType<String> text(String expected) {
        return text(expected, Pattern.compile("(?s).*\\S.*"), "\\S");
    }

    /** Text that matches {@code pattern} wholly, called {@code expected}. */
    public static ValueType<String> text(String expected, Pattern pattern) {
        return text(expected, pattern, "^(" + pattern.pattern() + ")$");
    }

    private static ValueType<String> text(String expected, Pattern pattern, String schemaPattern) {
        return of(
                expected,
                declared ->
                        declared instanceof String text && pattern.matcher(text).matches()
                                ? Optional.of(text)
                                : Optional.empty(),
                JsonSchema.of("type", "string", "pattern", schemaPattern));
    }

    /** Text that is not blank, or a whole number from 0 as its digits, called {@code expected}. */
    public static ValueType<String> key(String expected) {
        return of(
                expected,
                declared -> whole(declared, 0, Integer.MAX_VALUE)
                        .map(String::valueOf)
                        .or(() -> text(expected).parse(declared)),
                JsonSchema.of("type", List.of("string", "integer"), "pattern", "\\S", "minimum", 0));
    }

    /** A whole number in [{@code least}, {@code most}]. */
    public static ValueType<Integer> integer(int least, int most) {
        return of(
                "a whole number from %d to %d".formatted(least, most),
                declared -> whole(declared, least, most),
                JsonSchema.of("type", "integer", "minimum", least, "maximum", most));
    }

    /** {@code declared} if it is a whole number in [{@code least}, {@code most}]; 2.0 is not one. */
    public static Optional<Integer> whole(@Nullable Object declared, int least, int most) {
        boolean integral = declared instanceof Integer || declared instanceof Long;
        return integral
                        && declared instanceof Number number
                        && number.longValue() >= least
                        && number.longValue() <= most
                ? Optional.of(number.intValue())
                : Optional.empty();
    }

    /** A list of {@code count} whole numbers in [1, {@code most}]. */
    public static ValueType<List<Integer>> integers(int count, int most) {
        Map<String, Object> length = JsonSchema.of("minItems", count, "maxItems", count);
        Map<String, Object> items = integer(1, most).schema();
        return of(
                "a list of %d whole numbers from 1 to %d".formatted(count, most),
                declared -> integers(declared, most).filter(list -> list.size() == count),
                JsonSchema.and(JsonSchema.of("type", "array", "items", items), length));
    }

    private static Optional<List<Integer>> integers(Object declared, int most) {
        if (!(declared instanceof List<?> list)) {
            return Optional.empty();
        }
        List<Integer> integers = new ArrayList<>();
        list.forEach(element -> whole(element, 1, most).ifPresent(integers::add));
        return integers.size() == list.size() ? Optional.of(integers) : Optional.empty();
    }

    /** A number in (0, {@code most}]. */
    public static ValueType<Double> positive(int most) {
        return of(
                "a number above 0 and at most " + most,
                declared -> finite(declared).filter(number -> number > 0 && number <= most),
                JsonSchema.of("type", "number", "exclusiveMinimum", 0, "maximum", most));
    }

    /** A finite number above 0. */
    public static ValueType<Double> positive() {
        return of(
                "a positive number",
                declared -> finite(declared).filter(number -> number > 0),
                JsonSchema.of("type", "number", "exclusiveMinimum", 0));
    }

    /** A number in [0, 1]. */
    public static ValueType<Double> share() {
        return of(
                "a number from 0 to 1",
                declared -> finite(declared).filter(number -> number >= 0 && number <= 1),
                JsonSchema.of("type", "number", "minimum", 0, "maximum", 1));
    }

    /** A mapping from texts to whole numbers in [0, {@code most}], at least one, called {@code expected}. */
    public static ValueType<Map<String, Integer>> wholes(String expected, int most) {
        return of(
                expected,
                declared -> wholes(declared, most),
                JsonSchema.of(
                        "type",
                        "object",
                        "minProperties",
                        1,
                        "additionalProperties",
                        integer(0, most).schema()));
    }

    private static Optional<Map<String, Integer>> wholes(Object declared, int most) {
        if (!(declared instanceof Map<?, ?> map) || map.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Integer> wholes = new LinkedHashMap<>();
        map.forEach((key, value) -> whole(value, 0, most).ifPresent(number -> wholes.put(String.valueOf(key), number)));
        return wholes.size() == map.size() ? Optional.of(wholes) : Optional.empty();
    }

    /** True or false. */
    public static ValueType<Boolean> flag() {
        return of(
                "true or false",
                declared -> declared instanceof Boolean flag ? Optional.of(flag) : Optional.empty(),
                JsonSchema.of("type", "boolean"));
    }

    /** A constant of {@code choices}, by its name in lower case. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> choices) {
        List<E> constants = Arrays.asList(choices.getEnumConstants());
        return choice(constants, constant -> constant.name().toLowerCase(Locale.ROOT));
    }

    /** One of {@code choices}, each written as {@code written} says. */
    public static <T> ValueType<T> choice(List<T> choices, Function<T, Object> written) {
        List<Object> forms = choices.stream().map(written).toList();
        return of(
                "one of " + forms.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                declared -> choices.stream()
                        .filter(choice -> written.apply(choice).equals(declared))
                        .findFirst(),
                JsonSchema.of("enum", forms));
    }

    /** A mapping from texts to texts, called {@code expected}. */
    public static ValueType<Map<String, String>> texts(String expected) {
        return of(
                expected,
                ValueTypes::texts,
                JsonSchema.of("type", "object", "additionalProperties", JsonSchema.of("type", "string")));
    }

    private static Optional<Map<String, String>> texts(Object declared) {
        if (!(declared instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key instanceof String from && value instanceof String to) {
                texts.put(from, to);
            }
        });
        return texts.size() == map.size() ? Optional.of(texts) : Optional.empty();
    }

    /** A list of finite numbers, called {@code expected}. */
    public static ValueType<List<Double>> numbers(String expected) {
        return of(
                expected,
                ValueTypes::numbers,
                JsonSchema.of("type", "array", "items", JsonSchema.of("type", "number")));
    }

    private static Optional<List<Double>> numbers(Object declared) {
        if (!(declared instanceof List<?> list)) {
            return Optional.empty();
        }
        List<Double> numbers = new ArrayList<>();
        list.forEach(element -> finite(element).ifPresent(numbers::add));
        return numbers.size() == list.size() ? Optional.of(numbers) : Optional.empty();
    }

    private static Optional<Double> finite(@Nullable Object declared) {
        return declared instanceof Number number && Double.isFinite(number.doubleValue())
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }
}
