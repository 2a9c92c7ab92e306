package io.foldserve.architecture;

import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Nearest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds an architecture by its name as torchvision, timm, GluonCV, Keras and their users write it. Case, dashes,
 * underscores and dots do not matter; neither does what only says which weights were meant ({@code tv_resnet50}, {@code
 * resnet50.a1_in1k}, {@code fcn_resnet50_voc}). A MobileNet's name may end in its width multiplier ({@code
 * mobilenetv2_0.5}, {@code mobilenetv2_050}). Stateless and thread-safe.
 */
final class ArchitectureNames {
    private static final int NEAREST = 3;

    /**
     * What stands around a name without changing the network: timm's torchvision mark and weight tag, GluonCV's data
     * set.
     */
    private static final Pattern WEIGHTS = Pattern.compile("^tv[-_]|[-_](voc|ade|coco|citys)$|\\.[a-z][a-z0-9_]*$");

    /** A name and its width multiplier: a decimal fraction, or a whole number of hundredths. */
    private static final Pattern MULTIPLIED = Pattern.compile("(.+?)[-_]?([01]\\.\\d+|[01]\\d\\d)");

    private static final Map<String, String> BY_LETTERS = byLetters();

    private ArchitectureNames() {}

    /**
     * What a name says.
     *
     * @param name the architecture, as it is called here
     * @param multiplier the width multiplier in the name, if there is one
     */
    record Meaning(String name, OptionalDouble multiplier) {}

    private static Map<String, String> byLetters() {
        Map<String, String> names = new LinkedHashMap<>();
        Families.BY_NAME.keySet().forEach(name -> names.put(letters(name), name));
        names.put("mobilenet", "mobilenet-v1");
        // Sizes of one architecture: which of them it is, the checkpoint says.
        for (String size : List.of("a0", "a1", "a2", "b0", "b1", "b1g2", "b1g4", "b2", "b2g4", "b3", "b3g4", "d2se")) {
            names.put("repvgg" + size, "repvgg");
        }
        for (int size = 0; size <= 4; size++) {
            names.put("mobileones" + size, "mobileone");
        }
        for (int depth : List.of(50, 101)) {
            names.put("pspresnet" + depth, "pspnet-resnet" + depth);
            names.put("deeplabresnet" + depth, "deeplabv3-resnet" + depth);
            names.put("deeplabv3presnet" + depth, "deeplabv3plus-resnet" + depth);
        }
        for (int depth : List.of(50, 101, 152)) {
            names.put("resnet" + depth + "v1s", "resnet" + depth + "-v1b");
        }
        for (int depth : List.of(20, 32, 44, 56)) {
            String name = "cifar-resnet" + depth;
            List.of("resnet", "cifar10resnet", "cifar100resnet").forEach(prefix -> names.put(prefix + depth, name));
        }
        return Collections.unmodifiableMap(names);
    }

    /** The architecture that {@code written} means, if it is one. */
    static Optional<Meaning> find(String written) {
        String name = WEIGHTS.matcher(written.toLowerCase(Locale.ROOT)).replaceAll("");
        Optional<Meaning> plain = Optional.ofNullable(BY_LETTERS.get(letters(name)))
                .map(found -> new Meaning(found, OptionalDouble.empty()));
        return plain.or(() -> multiplied(name));
    }

    private static Optional<Meaning> multiplied(String name) {
        Matcher parts = MULTIPLIED.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String number = parts.group(2);
        double multiplier = number.contains(".") ? Double.parseDouble(number) : Integer.parseInt(number) / 100.0;
        return Optional.ofNullable(BY_LETTERS.get(letters(parts.group(1))))
                .filter(found -> multiplier > 0 && isMultiplied(found))
                .map(found -> new Meaning(found, OptionalDouble.of(multiplier)));
    }

    private static boolean isMultiplied(String name) {
        return Optional.ofNullable(Families.BY_NAME.get(name))
                .map(Family::keys)
                .filter(keys -> keys.all().contains(NetworkKeys.MULTIPLIER))
                .isPresent();
    }

    /** The architectures whose names are nearest to {@code written}. */
    static List<String> nearest(String written) {
        return Nearest.of(written, Families.BY_NAME.keySet(), NEAREST);
    }

    /**
     * What a name of {@code names}, however it is written, matches wholly: an expression without flags, for JSON
     * Schema.
     */
    static String pattern(List<String> names) {
        StringBuilder spellings = new StringBuilder();
        BY_LETTERS.forEach((letters, name) -> {
            if (names.contains(name)) {
                spellings.append(spellings.isEmpty() ? "" : "|").append(spelling(letters));
            }
        });
        String multiplier = names.stream().allMatch(ArchitectureNames::isMultiplied)
                ? "([-_]?([01]\\.[0-9]+|[01][0-9][0-9]))?"
                : "";
        return "^([tT][vV][-_])?(%s)%s([-_](voc|ade|coco|citys))?(\\.[a-zA-Z][a-zA-Z0-9_]*)?$"
                .formatted(spellings, multiplier);
    }

    private static String spelling(String letters) {
        return letters.chars()
                .mapToObj(letter -> Character.isLetter(letter)
                        ? "[%c%c]".formatted(letter, Character.toUpperCase(letter))
                        : Character.toString(letter))
                .collect(Collectors.joining("[-_. ]*"));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }
}
