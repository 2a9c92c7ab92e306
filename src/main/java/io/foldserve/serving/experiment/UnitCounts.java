package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many different units each variant of a sticky experiment was dealt by this process, up to {@value #MOST} in all:
 * the requests of one unit are no independent draws, so that a check of the split counts units. Thread-safe.
 */
final class UnitCounts {
    static final int MOST = 100_000;

    private final Map<String, Map<String, Set<Integer>>> units = new HashMap<>();
    private int kept;

    synchronized void add(String model, Dealt dealt) {
        dealt.unit().ifPresent(unit -> {
            Map<String, Set<Integer>> variants =
                    units.computeIfAbsent(split(model, dealt.experiment()), absent -> new HashMap<>());
            Set<Integer> seen = variants.computeIfAbsent(dealt.variant(), absent -> new HashSet<>());
            if (kept < MOST && seen.add(unit.hashCode())) {
                kept++;
            }
        });
    }

    /** The units by variant. */
    synchronized Map<String, Long> of(String model, Experiment experiment) {
        Map<String, Set<Integer>> variants = units.getOrDefault(split(model, experiment), Map.of());
        Map<String, Long> counts = new LinkedHashMap<>();
        experiment
                .variants()
                .forEach(variant -> counts.put(
                        variant, (long) variants.getOrDefault(variant, Set.of()).size()));
        return counts;
    }

    private static String split(String model, Experiment experiment) {
        return model + "/" + experiment.key() + "/" + Recorder.shares(experiment);
    }
}
