package io.foldserve.fold;

/** Says what exact alternatives cost, for the fold to keep the cheapest. */
@FunctionalInterface
public interface Appraiser {
    /** Appraises by {@link CostModel#GENERIC}: the same fold on every machine. */
    Appraiser GENERIC = () -> CostModel.GENERIC;

    /** What operators take to run; asked only for a network that has alternatives. */
    CostModel costs();
}
