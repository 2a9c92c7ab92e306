package io.foldserve.fold;

import io.foldserve.fold.search.IslandPlan;

/** What was decided while folding, so that the audit measures that and decides nothing anew. Immutable. */
public final class FoldDecisions {
    private final IslandPlan islands;

    FoldDecisions(IslandPlan islands) {
        this.islands = islands;
    }

    IslandPlan islands() {
        return islands;
    }
}
