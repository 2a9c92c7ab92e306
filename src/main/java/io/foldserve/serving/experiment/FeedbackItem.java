package io.foldserve.serving.experiment;

/**
 * What a client says of an answer. Immutable.
 *
 * @param id the answer's id
 * @param label the right class, by its label or its index
 */
public record FeedbackItem(String id, String label) {}
