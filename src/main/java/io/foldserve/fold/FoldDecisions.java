package io.foldserve.fold;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.layer.FoldPlan;
import io.foldserve.fold.search.IslandPlan;

/** What was known and decided while folding, so that the audit measures that and decides nothing anew. Immutable. */
public final class FoldDecisions {
    private final GraphFacts training;
    private final IslandPlan islands;
    private final FoldPlan plan;

    FoldDecisions(GraphFacts training, IslandPlan islands, FoldPlan plan) {
        this.training = training;
        this.islands = islands;
        this.plan = plan;
    }

    GraphFacts training() {
        return training;
    }

    IslandPlan islands() {
        return islands;
    }

    FoldPlan plan() {
        return plan;
    }
}
