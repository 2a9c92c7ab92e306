package io.foldserve.architecture;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a checkpoint fits a named architecture.
 *
 * @param name the architecture
 * @param alsoNamed other names that build the very same network of this checkpoint with the same options
 * @param options those that differ from their defaults, as the tensors' shapes say
 * @param logitsRank 2 for classification, 4 for segmentation; empty if it does not fit
 * @param problems what does not fit, a sentence each; none if everything does
 */
public record ArchitectureFit(
        String name,
        List<String> alsoNamed,
        Map<String, Object> options,
        Optional<Integer> logitsRank,
        List<String> problems) {

    /** Copies the collections. */
    public ArchitectureFit {
        alsoNamed = List.copyOf(alsoNamed);
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        problems = List.copyOf(problems);
    }

    /** True if every tensor has its place, and every place its tensor. */
    public boolean isExact() {
        return problems.isEmpty();
    }
}
