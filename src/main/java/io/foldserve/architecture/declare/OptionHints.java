package io.foldserve.architecture.declare;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The options that would make a checkpoint fit, as the places that noticed propose them. Not thread-safe. */
public final class OptionHints {
    private final Map<String, Object> proposed = new TreeMap<>();
    private final Set<String> disputed = new HashSet<>();
    private final Set<String> confirmed = new HashSet<>();

    /** Some tensor would fit if {@code option} were {@code value}. */
    public void propose(String option, Object value) {
        Object before = proposed.putIfAbsent(option, value);
        if (before != null && !before.equals(value)) {
            disputed.add(option);
        }
    }

    /** Some tensor fits the value that {@code option} has, which therefore is no remedy for another. */
    public void confirm(String option) {
        confirmed.add(option);
    }

    /** All that {@code other} proposes without dispute, and all that it confirms. */
    public void take(OptionHints other) {
        other.agreed().forEach(this::propose);
        confirmed.addAll(other.confirmed);
    }

    /** True if some tensor fits the value that {@code option} has. */
    public boolean isConfirmed(String option) {
        return confirmed.contains(option);
    }

    /** The proposals that nobody contradicts, by option. */
    public Map<String, Object> agreed() {
        Map<String, Object> agreed = new TreeMap<>(proposed);
        agreed.keySet().removeAll(disputed);
        return agreed;
    }
}
