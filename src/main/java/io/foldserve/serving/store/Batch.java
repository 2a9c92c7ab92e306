package io.foldserve.serving.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is written in one transaction. Immutable.
 *
 * @param counts what is added to each count
 * @param answers the answers that are new, or that more is known of
 */
public record Batch(SortedMap<CountKey, Long> counts, List<AnswerRow> answers) {

    /** Copies both, the answers ordered by id. */
    public Batch {
        counts = new TreeMap<>(counts);
        answers = List.copyOf(answers);
    }

    /** Of counts and answers in any order. */
    public static Batch of(Map<CountKey, Long> counts, Collection<AnswerRow> answers) {
        return new Batch(
                new TreeMap<>(counts),
                answers.stream()
                        .sorted((one, other) -> one.id().compareTo(other.id()))
                        .toList());
    }

    /** True if there is nothing to write. */
    public boolean isEmpty() {
        return counts.isEmpty() && answers.isEmpty();
    }
}
