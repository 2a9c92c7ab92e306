package io.foldserve.serving.catalogue;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.session.ElasticSession;
import java.util.Optional;

/**
 * A variant that is loaded, verified and warmed. Thread-safe; owns its sessions.
 *
 * @param model the name of its model
 * @param name the variant's name
 * @param baseline whether the other variants are compared with it
 * @param share its share of the model's traffic, relative to the sum over the model's variants
 * @param facts what is known about it
 * @param report the account of its folding
 * @param structure the served network's structure: its graph with the larger constants' elements zero
 * @param folded the folded network with its weights, as a file
 * @param session the compiled network, from 8-bit pixels to the task's outputs
 * @param normalised the same network from normalised pixels on
 * @param scores the same network to the scores of a mask too; empty if it has none
 */
public record LoadedVariant(
        String model,
        String name,
        boolean baseline,
        int share,
        VariantFacts facts,
        FoldReport report,
        Graph structure,
        FoldedFile folded,
        ElasticSession session,
        NetworkOnDemand normalised,
        Optional<NetworkOnDemand> scores)
        implements AutoCloseable {

    /** Releases the sessions, after the runs under way. */
    @Override
    public void close() {
        session.close();
        normalised.close();
        scores.ifPresent(NetworkOnDemand::close);
    }

    @Override
    public String toString() {
        return model + "/" + name;
    }
}
