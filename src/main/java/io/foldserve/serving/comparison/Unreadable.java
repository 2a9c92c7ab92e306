package io.foldserve.serving.comparison;

/**
 * A picture that could not be compared. Immutable.
 *
 * @param name the picture's path within the set
 * @param reason why, in a sentence
 */
public record Unreadable(String name, String reason) {}
