package io.foldserve.serving.store;

import java.util.Map;

/**
 * What somebody says of an answer, and what that adds to the counts. Immutable.
 *
 * @param answer the answer; it is written too, if it is not there yet
 * @param label what the right answer was said to be
 * @param counts what is added to each count, if nothing was said of the answer before
 */
public record Feedback(AnswerRow answer, String label, Map<CountKey, Long> counts) {

    /** Copies the counts. */
    public Feedback {
        counts = Map.copyOf(counts);
    }
}
