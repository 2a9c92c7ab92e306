package io.foldserve.statistics;

/**
 * A figure with the values that the data leave possible. Immutable.
 *
 * @param value the figure
 * @param interval its interval, at 95 % unless its method says otherwise
 */
public record Estimate(double value, Interval interval) {}
