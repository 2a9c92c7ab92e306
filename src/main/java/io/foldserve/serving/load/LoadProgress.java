package io.foldserve.serving.load;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How far the loads under way are, for people who wait for them. Thread-safe. */
public final class LoadProgress {
    private final Map<String, String> phases = new ConcurrentHashMap<>();

    void begins(String model, String variant, String phase) {
        phases.put(model, variant + ": " + phase);
    }

    void ended(String model) {
        phases.remove(model);
    }

    /** The variant of {@code model} that is loaded now and the phase it is in, as {@code doconv: fold}. */
    public Optional<String> of(String model) {
        return Optional.ofNullable(phases.get(model));
    }
}
