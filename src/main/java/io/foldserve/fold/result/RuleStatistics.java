package io.foldserve.fold.result;

/**
 * What the search for the cheapest form did with one rule. Immutable; a measurement, so no part of the report of a
 * fold.
 *
 * @param rule the rule's name
 * @param applied the number of nodes at which it was tried
 * @param found the number of nodes at which it found a form
 * @param refused the number of nodes at which it said why not
 * @param nanos the time all of that took, in nanoseconds
 */
public record RuleStatistics(String rule, int applied, int found, int refused, long nanos) {}
