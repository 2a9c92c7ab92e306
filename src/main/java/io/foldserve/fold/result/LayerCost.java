package io.foldserve.fold.result;

import io.foldserve.fold.cost.CostModel;
import java.util.Optional;

/**
 * What one run of an island is predicted to take, by the {@link CostModel} that it was decided by.
 *
 * @param trainedNanos that of the nodes that became the layer, in nanoseconds
 * @param foldedNanos that of what it was folded to
 * @param timed the measurement that decided, if the prediction was a near-tie
 */
public record LayerCost(double trainedNanos, double foldedNanos, Optional<TimedPair> timed) {}
