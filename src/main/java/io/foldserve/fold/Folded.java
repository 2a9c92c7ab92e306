package io.foldserve.fold;

import io.foldserve.graph.Graph;

/**
 * A folded network and the account of its folding.
 *
 * @param graph the folded network in float32
 * @param report what was folded and what was declined; without measured errors until {@link FoldAudit} has filled them
 */
public record Folded(Graph graph, FoldReport report) {}
