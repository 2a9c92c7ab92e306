package io.foldserve.fold.rule;

import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;

/**
 * A node after a layer that has become part of it: {@code y[o] = t[o]·x[o] + s[o]}. Immutable.
 *
 * @param rule the rule that absorbed it
 * @param node the node of the training form
 * @param map t, one tap for each of the O channels, and s as the bias
 */
public record AbsorbedAffine(String rule, Node node, Weights map) {}
