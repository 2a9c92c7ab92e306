package io.foldserve.fold.cost;

import java.util.Optional;

/** Says what exact alternatives cost, for the fold to keep the cheapest. */
@FunctionalInterface
public interface CostSource {
    /** Prices by {@link CostModel#GENERIC} and times nothing: the same fold on every machine. */
    CostSource GENERIC = () -> CostModel.GENERIC;

    /** What operators take to run; asked only for a network that has alternatives. */
    CostModel costs();

    /** Decides near-ties; empty to trust the prediction. */
    default Optional<Stopwatch> stopwatch() {
        return Optional.empty();
    }
}
