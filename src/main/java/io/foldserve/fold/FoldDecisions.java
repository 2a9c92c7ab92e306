package io.foldserve.fold;

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
