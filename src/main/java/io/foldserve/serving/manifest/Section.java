package io.foldserve.serving.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One mapping of a manifest, read key by key.
 *
 * <p>A value of the wrong type or outside its bounds becomes a problem that names the key's full path, what was expected
 * and what was found, and reads as absent; {@link #refuseOtherKeys()} reports every key that was never asked for. Not
 * thread-safe: it belongs to one reading.
 */
final class Section {
    private static final int LONGEST_QUOTE = 60;

    private final String path;
    private final JsonNode node;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    /** The mapping {@code node} at {@code path}; the outermost mapping's path is empty. */
    Section(String path, JsonNode node, Problems problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
    }

    /** The full path of {@code key}: {@code variants.doconv.traffic}. */
    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Adds a problem about {@code key}. */
    void problem(String key, String problem) {
        problems.add(path(key) + ": " + problem);
    }

    /** The keys that are present, in the file's order. */
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** True when {@code key} is present. */
    boolean has(String key) {
        return node.has(key);
    }

    /** The value of {@code key} when it is present and is what {@code expected} says and {@code accepted} tests. */
    Optional<JsonNode> optional(String key, String expected, Predicate<JsonNode> accepted) {
        known.add(key);
        JsonNode value = node.path(key);
        if (value instanceof MissingNode) {
            return Optional.empty();
        }
        if (!accepted.test(value)) {
            problem(key, "expected " + expected + ", found " + quote(value));
            return Optional.empty();
        }
        return Optional.of(value);
    }

    /** Like {@link #optional}, and a missing key is a problem too. */
    Optional<JsonNode> required(String key, String expected, Predicate<JsonNode> accepted) {
        if (!node.has(key)) {
            known.add(key);
            problem(key, "expected " + expected + ", found nothing");
            return Optional.empty();
        }
        return optional(key, expected, accepted);
    }

    /** The required text of {@code key}, not blank. */
    Optional<String> text(String key, String expected) {
        return required(key, expected, Section::isText).map(JsonNode::textValue);
    }

    /** The text of {@code key}, not blank, if it is given. */
    Optional<String> optionalText(String key, String expected) {
        return optional(key, expected, Section::isText).map(JsonNode::textValue);
    }

    /** The required integer of {@code key} in [{@code least}, {@code most}]. */
    Optional<Integer> integer(String key, int least, int most) {
        return required(key, range(least, most), value -> isInteger(value, least, most))
                .map(JsonNode::intValue);
    }

    /** The integer of {@code key} in [{@code least}, {@code most}], if it is given. */
    Optional<Integer> optionalInteger(String key, int least, int most) {
        return optional(key, range(least, most), value -> isInteger(value, least, most))
                .map(JsonNode::intValue);
    }

    /** The constant of {@code choices} that {@code key} names in lower case, or empty. */
    <E extends Enum<E>> Optional<E> choice(String key, Class<E> choices) {
        return required(key, names(choices), value -> isName(value, choices)).map(value -> constant(value, choices));
    }

    /** The constant of {@code choices} that {@code key} names in lower case, if it is given. */
    <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> choices) {
        return optional(key, names(choices), value -> isName(value, choices)).map(value -> constant(value, choices));
    }

    /** The truth of {@code key}; false when it is absent. */
    boolean flag(String key) {
        return optional(key, "true or false", JsonNode::isBoolean)
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    /** The finite numbers listed at {@code key}, if they are given. */
    Optional<List<Double>> optionalNumbers(String key, String expected, Predicate<List<Double>> accepted) {
        return optional(key, expected, value -> isNumbers(value) && accepted.test(numbers(value)))
                .map(Section::numbers);
    }

    /** The mapping at {@code key}. */
    Optional<Section> section(String key) {
        return required(key, "a mapping", JsonNode::isObject).map(value -> new Section(path(key), value, problems));
    }

    /** The mapping at {@code key}, if it is given. */
    Optional<Section> optionalSection(String key) {
        return optional(key, "a mapping", JsonNode::isObject).map(value -> new Section(path(key), value, problems));
    }

    /** Reports every key that no method was asked for, with the keys that would have been understood. */
    void refuseOtherKeys() {
        for (String key : keys()) {
            if (!known.contains(key)) {
                problem(key, "unknown key; expected one of " + String.join(", ", known));
            }
        }
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual() && !value.textValue().isBlank();
    }

    private static boolean isInteger(JsonNode value, int least, int most) {
        return value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= least
                && value.intValue() <= most;
    }

    private static String range(int least, int most) {
        return most == Integer.MAX_VALUE
                ? "an integer of at least " + least
                : "an integer from " + least + " to " + most;
    }

    private static boolean isNumbers(JsonNode value) {
        if (!value.isArray()) {
            return false;
        }
        for (Iterator<JsonNode> elements = value.elements(); elements.hasNext(); ) {
            JsonNode element = elements.next();
            if (!element.isNumber() || !Double.isFinite(element.doubleValue())) {
                return false;
            }
        }
        return true;
    }

    private static List<Double> numbers(JsonNode value) {
        List<Double> numbers = new ArrayList<>();
        value.elements().forEachRemaining(element -> numbers.add(element.doubleValue()));
        return numbers;
    }

    private static <E extends Enum<E>> boolean isName(JsonNode value, Class<E> choices) {
        for (E choice : choices.getEnumConstants()) {
            if (value.isTextual() && name(choice).equals(value.textValue())) {
                return true;
            }
        }
        return false;
    }

    private static <E extends Enum<E>> E constant(JsonNode value, Class<E> choices) {
        return Enum.valueOf(choices, value.textValue().toUpperCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> String names(Class<E> choices) {
        List<String> names = new ArrayList<>();
        for (E choice : choices.getEnumConstants()) {
            names.add(name(choice));
        }
        return String.join(" or ", names);
    }

    private static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String quote(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
