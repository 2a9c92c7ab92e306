package io.foldserve.fold.result;

/**
 * How long two alternatives took.
 *
 * @param favouriteNanos what the one that is predicted to be faster took, in nanoseconds
 * @param rivalNanos what the other took
 * @param rivalWins true when the other is faster
 */
public record TimedPair(double favouriteNanos, double rivalNanos, boolean rivalWins) {}
