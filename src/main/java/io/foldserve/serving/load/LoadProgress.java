package io.foldserve.serving.load;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** How far the loads under way are, for people who wait for them. Thread-safe. */
public final class LoadProgress {
    /** Each variant's phase, by model; both by name. */
    private final Map<String, Map<String, String>> phases = new ConcurrentHashMap<>();

    void begins(String model, String variant, String phase) {
        phases.computeIfAbsent(model, any -> new ConcurrentSkipListMap<>()).put(variant, phase);
    }

    void ended(String model, String variant) {
        phases.computeIfPresent(model, (any, variants) -> {
            variants.remove(variant);
            return variants;
        });
    }

    /** The variants of {@code model} that are loaded now and the phase of each, as {@code doconv: fold}. */
    public Optional<String> of(String model) {
        return Optional.of(phases.getOrDefault(model, Map.of()).entrySet().stream()
                        .map(variant -> variant.getKey() + ": " + variant.getValue())
                        .collect(Collectors.joining(", ")))
                .filter(text -> !text.isEmpty());
    }
}
