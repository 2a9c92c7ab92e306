package io.foldserve.serving.experiment;

import java.util.List;

/**
 * What became of feedback. Immutable.
 *
 * @param counted how many were counted now
 * @param repeated how many had been counted before, with the same label
 * @param refused those that were not counted, and why
 */
public record FeedbackResult(int counted, int repeated, List<Refused> refused) {

    /** Copies the list. */
    public FeedbackResult {
        refused = List.copyOf(refused);
    }

    /**
     * One that was not counted.
     *
     * @param id as it was given
     * @param reason why, and what to write instead
     */
    public record Refused(String id, String reason) {}
}
