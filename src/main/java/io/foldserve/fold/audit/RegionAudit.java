package io.foldserve.fold.audit;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.write.IslandNames;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Measures what took the place of a region of a training form against the nodes that it replaces, all of it in float64:
 * at most 32 seeded output channels, at every position of an input of standard normal values that is as small as the
 * region's window allows. Only the measured channels are composed.
 *
 * <p>Immutable; belongs to one audit.
 */
public final class RegionAudit {
    private final IslandComparison islands;
    private final GraphFacts training;
    private final Graph folded;
    private final Map<String, Node> nodes;
    private final long seed;

    /**
     * An audit of what became of the islands of a training form.
     *
     * @param training the facts of the training form
     * @param folded what it became
     * @param seed of the probes
     */
    public RegionAudit(GraphFacts training, Graph folded, long seed) {
        this.islands = new IslandComparison(training, folded);
        this.training = training;
        this.folded = folded;
        this.nodes = folded.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        this.seed = seed;
    }

    /** The measured errors of the island that is called {@code names}. */
    public LayerErrors errors(IslandNames names) {
        Island island = names.island();
        RandomGenerator random = new SplittableRandom(seed ^ island.name(0).hashCode());
        return island.kept()
                .map(operator -> kept(operator, island, random))
                .orElseGet(() -> islands.of(names, random))
                .errors();
    }

    private Comparison kept(KeptOperator operator, Island island, RandomGenerator random) {
        int[] outputs = SampledChannels.of(operator.layout().outputs(), random);
        Node written = Optional.ofNullable(nodes.get(island.name(0))).orElseThrow();
        return new OperatorComparison(training, folded, island, operator, outputs).of(written, random);
    }
}
