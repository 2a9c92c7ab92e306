package io.foldserve.architecture.declare;

import io.foldserve.problem.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options of one declared network or layer. A wrong type or value is added to the problems and replaced by the
 * default, so that reading goes on; {@link #refuseOthers()} ends it. Not thread-safe.
 */
public final class Options {
    /** Far beyond every real network, and small enough that products of two never overflow a long. */
    public static final int LARGEST = 65_536;

    private final String where;
    private final Map<String, @Nullable Object> declared;
    private final Problems problems;
    private final TreeSet<String> known = new TreeSet<>();

    /** Reads {@code declared}; errors name options below {@code where}, which is empty for the network itself. */
    public Options(String where, Map<?, ?> declared, Problems problems) {
        this.where = where;
        this.declared = new LinkedHashMap<>();
        declared.forEach((key, value) -> this.declared.put(String.valueOf(key), value));
        this.problems = problems;
    }

    /** True if {@code key} is declared. */
    public boolean has(String key) {
        known.add(key);
        return declared.containsKey(key);
    }

    /** A whole number from 1, with the name of the option that sets it. */
    public Extent extent(String key, int absent) {
        return new Extent(integer(key, 1, absent), path(key));
    }

    /** A whole number from 1 that has no default. */
    public Extent extent(String key) {
        return new Extent(required(key) ? integer(key, 1, 1) : 1, path(key));
    }

    /** A whole number from {@code least}. */
    public int integer(String key, int least, int absent) {
        return optionalInteger(key, least).orElse(absent);
    }

    /** A whole number from {@code least}, if it is declared. */
    public OptionalInt optionalInteger(String key, int least) {
        if (!has(key)) {
            return OptionalInt.empty();
        }
        Optional<Integer> found = whole(declared.get(key), least);
        if (found.isEmpty()) {
            refuse(key, "a whole number from %d to %d".formatted(least, LARGEST));
        }
        return found.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** A whole number for both axes, or a list of two: height, width. */
    public Pair pair(String key, int least, Pair absent) {
        if (!has(key)) {
            return absent;
        }
        Object value = declared.get(key);
        Optional<Integer> both = whole(value, least);
        if (both.isPresent()) {
            return Pair.of(both.get());
        }
        if (value instanceof List<?> axes && axes.size() == 2) {
            Optional<Integer> height = whole(axes.get(0), least);
            Optional<Integer> width = whole(axes.get(1), least);
            if (height.isPresent() && width.isPresent()) {
                return new Pair(height.get(), width.get());
            }
        }
        refuse(key, "a whole number from %d, or two in a list (height, width)".formatted(least));
        return absent;
    }

    /** A pair that has no default. */
    public Pair pair(String key, int least) {
        return required(key) ? pair(key, least, Pair.of(least)) : Pair.of(least);
    }

    /** The word {@code same}, or positions added on both sides: a whole number for both axes, or a list of two. */
    public Padding padding(String key) {
        if (has(key) && "same".equals(declared.get(key))) {
            return Padding.SAME;
        }
        if (has(key) && declared.get(key) instanceof String) {
            refuse(key, "same, a whole number from 0, or two in a list (height, width)");
            return Padding.of(0);
        }
        return Padding.of(pair(key, 0, Pair.of(0)));
    }

    /** A number above 0 and at most 1, if it is declared. */
    public OptionalDouble optionalFraction(String key) {
        return number(key, 1);
    }

    /** A number above 0 and at most 16. */
    public double factor(String key, double absent) {
        return number(key, 16).orElse(absent);
    }

    private OptionalDouble number(String key, int most) {
        if (!has(key)) {
            return OptionalDouble.empty();
        }
        if (declared.get(key) instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= most) {
            return OptionalDouble.of(number.doubleValue());
        }
        refuse(key, "a number above 0 and at most " + most);
        return OptionalDouble.empty();
    }

    /** True or false. */
    public boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (declared.get(key) instanceof Boolean flag) {
            return flag;
        }
        refuse(key, "true or false");
        return absent;
    }

    /** A string. */
    public Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (declared.get(key) instanceof String text) {
            return Optional.of(text);
        }
        refuse(key, "a string");
        return Optional.empty();
    }

    /** One of {@code choices}, which {@code parse} understands. */
    public <T> Optional<T> choice(String key, List<String> choices, Function<String, Optional<T>> parse) {
        if (!has(key)) {
            return Optional.empty();
        }
        Optional<T> chosen = declared.get(key) instanceof String text ? parse.apply(text) : Optional.empty();
        if (chosen.isEmpty()) {
            refuse(key, "one of " + String.join(", ", choices));
        }
        return chosen;
    }

    /** A list; empty if it is not one, which is then a problem. */
    public List<?> list(String key) {
        if (has(key) && declared.get(key) instanceof List<?> list) {
            return list;
        }
        refuse(key, "a list");
        return List.of();
    }

    /** Names by names, such as {@code {head.fc: fc}}; none if they are not declared. */
    public Map<String, String> names(String key) {
        if (!has(key)) {
            return Map.of();
        }
        Map<String, String> names = new LinkedHashMap<>();
        if (declared.get(key) instanceof Map<?, ?> map) {
            map.forEach((from, to) -> names.put(String.valueOf(from), String.valueOf(to)));
        } else {
            refuse(key, "stored names by the network's, such as {head.fc: fc}");
        }
        return names;
    }

    /** Adds a problem that option {@code key} is not what was {@code expected}. */
    public void refuse(String key, String expected) {
        problems.add("%s: expected %s, found %s".formatted(path(key), expected, print(declared.get(key))));
    }

    /** Ends the reading: adds a problem for every declared option that nothing asked for. */
    public void refuseOthers() {
        declared.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problems.add(
                        "%s: unknown option; known are %s".formatted(path(key), String.join(", ", known))));
    }

    private boolean required(String key) {
        if (!has(key)) {
            problems.add(path(key) + " is missing");
        }
        return has(key);
    }

    private String path(String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    private static Optional<Integer> whole(@Nullable Object value, int least) {
        boolean integral = value instanceof Integer || value instanceof Long;
        return integral
                        && value instanceof Number number
                        && number.longValue() >= least
                        && number.longValue() <= LARGEST
                ? Optional.of(number.intValue())
                : Optional.empty();
    }

    private static String print(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        String printed = value instanceof String ? "the string \"" + value + "\"" : String.valueOf(value);
        return printed.length() <= 80 ? printed : printed.substring(0, 80) + "…";
    }
}
