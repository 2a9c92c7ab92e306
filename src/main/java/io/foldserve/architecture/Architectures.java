package io.foldserve.architecture;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.GraphSketch;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.graph.Graph;
import io.foldserve.problem.Problems;
import java.util.Set;

/** Builds declared networks from checkpoints. Thread-safe. */
public final class Architectures {
    private Architectures() {}

    /** The names that a declaration can give. */
    public static Set<String> names() {
        return Families.BY_NAME.keySet();
    }

    /**
     * The declared network in training form, for images of size {@code input}.
     *
     * @throws io.foldserve.problem.InvalidInputException with every missing, left-over and mis-shaped tensor
     * @see #assemble
     */
    public static Graph build(Declaration declared, ImageSize input, Checkpoint checkpoint) {
        return assemble(declared, input, checkpoint).graph();
    }

    /**
     * The declared network in training form, for images of size {@code input}, with notes on how it was built.
     *
     * <p>The graph has one input {@code image}, FLOAT32 [1, channels, height, width], already normalised, and one
     * output {@code logits}, FLOAT32 [1, classes], or [1, classes, height, width] for segmentation. Nodes are called
     * after layers ({@code layer1.0.conv1}), constants after tensors ({@code layer1.0.conv1.W}).
     *
     * @throws io.foldserve.problem.InvalidInputException with every missing, left-over and mis-shaped tensor
     */
    public static Assembly assemble(Declaration declared, ImageSize input, Checkpoint checkpoint) {
        return assemble(declared, input, checkpoint, new OptionHints());
    }

    /** The network of {@link #assemble}; options that would make the checkpoint fit go to {@code hints}. */
    static Assembly assemble(Declaration declared, ImageSize input, Checkpoint checkpoint, OptionHints hints) {
        Problems problems = new Problems(checkpoint.source());
        Conventions.refusal(checkpoint).ifPresent(problems::add);
        problems.throwIfAny();
        StoredWeights weights = new StoredWeights(Conventions.ofPyTorch(checkpoint), problems, hints);
        GraphSketch sketch = new GraphSketch(declared.name(), input, weights, problems);
        NetworkBuilder net = new NetworkBuilder(sketch, weights, declared.epsilon());
        Activation logits = declared.network().build(net, sketch.image(declared.channels()));
        weights.refuseOthers();
        return new Assembly(sketch.finish(logits), net.notes());
    }
}
