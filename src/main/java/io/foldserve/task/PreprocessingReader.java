package io.foldserve.task;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.task.image.Interpolation;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads a declared {@link Preprocessing}. One instance reads one declaration; not thread-safe. */
final class PreprocessingReader {
    private static final Set<String> KEYS =
            Set.of("width", "height", "colour", "resize", "interpolation", "crop", "mean", "std", "scale");

    private final Map<String, ?> declared;
    private final Problems problems = new Problems("input");

    PreprocessingReader(Map<String, ?> declared) {
        this.declared = declared;
    }

    Preprocessing read() {
        refuseUnknownKeys();
        int width = size("width", declared);
        int height = size("height", declared);
        Colour colour = choice("colour", Colour.RGB);
        Resize resize = resize(width, height);
        Interpolation interpolation = choice("interpolation", Interpolation.BILINEAR);
        boolean centerCrop = choice("crop", Crop.NONE) == Crop.CENTER;
        List<Double> mean = channels("mean", Collections.nCopies(colour.channels(), 0.0));
        List<Double> std = channels("std", Collections.nCopies(colour.channels(), 1.0));
        double scale = number("scale", Preprocessing.UNIT_SCALE);
        try {
            Preprocessing read =
                    new Preprocessing(width, height, colour, resize, interpolation, centerCrop, mean, std, scale);
            problems.throwIfAny();
            return read;
        } catch (InvalidInputException e) {
            if (problems.isEmpty()) {
                throw e;
            }
            throw new InvalidInputException(e.subject(), union(problems.found(), e.problems()));
        }
    }

    private enum Crop {
        NONE,
        CENTER
    }

    private static List<String> union(List<String> mine, List<String> others) {
        Set<String> all = new java.util.LinkedHashSet<>(mine);
        all.addAll(others);
        return List.copyOf(all);
    }

    private Resize resize(int width, int height) {
        Object value = declared.get("resize");
        if (value == null || "none".equals(value)) {
            return new Resize.None();
        }
        if (value instanceof Map<?, ?> map && map.keySet().equals(Set.of("shorterSide"))) {
            return new Resize.ShorterSide(size("shorterSide", map));
        }
        if (value instanceof Map<?, ?> map && map.keySet().equals(Set.of("width", "height"))) {
            return new Resize.Exact(size("width", map), size("height", map));
        }
        problems.add("resize must be none, {shorterSide: n} or {width: w, height: h}, found " + value);
        return new Resize.Exact(width, height);
    }

    /** The size under {@code key}; 1 stands in for one that was refused. */
    private int size(String key, Map<?, ?> map) {
        Object value = map.get(key);
        if (value instanceof Integer size && size >= 1) {
            return size;
        }
        problems.add(
                "%s must be a whole number of at least 1, found %s".formatted(key, value == null ? "nothing" : value));
        return 1;
    }

    private double number(String key, double absent) {
        Object value = declared.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        problems.add("%s must be a number, found %s".formatted(key, value));
        return absent;
    }

    private List<Double> channels(String key, List<Double> absent) {
        Object value = declared.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof List<?> list && list.stream().allMatch(Number.class::isInstance)) {
            return list.stream().map(number -> ((Number) number).doubleValue()).toList();
        }
        problems.add("%s must be a list of numbers, found %s".formatted(key, value));
        return absent;
    }

    private <E extends Enum<E>> E choice(String key, E absent) {
        Object value = declared.get(key);
        if (value == null) {
            return absent;
        }
        E[] choices = absent.getDeclaringClass().getEnumConstants();
        for (E choice : choices) {
            if (name(choice).equals(value)) {
                return choice;
            }
        }
        List<String> names =
                Arrays.stream(choices).map(PreprocessingReader::name).toList();
        problems.add("%s must be one of %s, found %s".formatted(key, String.join(", ", names), value));
        return absent;
    }

    private static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private void refuseUnknownKeys() {
        for (String key : new TreeSet<>(declared.keySet())) {
            if (!KEYS.contains(key)) {
                problems.add("unknown key %s; known are %s".formatted(key, new TreeSet<>(KEYS)));
            }
        }
    }
}
