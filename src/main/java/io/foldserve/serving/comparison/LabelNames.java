package io.foldserve.serving.comparison;

import io.foldserve.problem.Problems;
import java.util.List;
import java.util.Optional;

/**
 * The model's labels as a test set may name them: by the label, or by the class's index from 0. A label that is itself
 * a number is meant as a label. Immutable.
 *
 * @param labels by class index
 */
public record LabelNames(List<String> labels) {
    /** Copies the labels. */
    public LabelNames {
        labels = List.copyOf(labels);
    }

    /** The index of the class called {@code name}, if there is one. */
    public Optional<Integer> find(String name) {
        int label = labels.indexOf(name);
        if (label >= 0) {
            return Optional.of(label);
        }
        boolean isIndex = name.matches("\\d{1,9}") && Integer.parseInt(name) < labels.size();
        return isIndex ? Optional.of(Integer.valueOf(name)) : Optional.empty();
    }

    /** The same, or a problem at {@code where}. */
    Optional<Integer> find(String name, String where, Problems problems) {
        Optional<Integer> index = find(name);
        if (index.isEmpty()) {
            problems.add("%s: expected one of the model's labels or an index below %d, found \"%s\"; the labels are %s"
                    .formatted(where, labels.size(), name, first()));
        }
        return index;
    }

    private String first() {
        return labels.size() <= 10
                ? String.join(", ", labels)
                : String.join(", ", labels.subList(0, 10)) + ", … (%d in all)".formatted(labels.size());
    }
}
