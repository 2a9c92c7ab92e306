package io.foldserve.fold.audit;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.rule.Layer;
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
    private final GraphFacts operators;
    private final Graph folded;
    private final Map<String, Node> nodes;
    private final long seed;

    /**
     * An audit of what became of the regions of a training form.
     *
     * @param training the facts of the training form
     * @param operators the facts of the graph whose operators took others in
     * @param folded what it became
     * @param seed of the probes
     */
    public RegionAudit(GraphFacts training, GraphFacts operators, Graph folded, long seed) {
        this.islands = new IslandComparison(training, folded);
        this.operators = operators;
        this.folded = folded;
        this.nodes = folded.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        this.seed = seed;
    }

    /** The measured errors of the island that is called {@code names}. */
    public LayerErrors errors(IslandNames names) {
        return islands.of(names, random(names.island().name(0))).errors();
    }

    /** The measured errors of {@code layer}, a folded one. */
    public LayerErrors errors(Layer layer) {
        String name = layer.node().name();
        RandomGenerator random = random(name);
        int[] outputs = SampledChannels.of(layer.layout().outputs(), random);
        Node written = Optional.ofNullable(nodes.get(name)).orElseThrow();
        return new OperatorComparison(operators, folded, layer, outputs)
                .of(written, random)
                .errors();
    }

    private RandomGenerator random(String name) {
        return new SplittableRandom(seed ^ name.hashCode());
    }
}
