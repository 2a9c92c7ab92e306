package io.foldserve.architecture;

import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.TensorNames;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import java.util.List;
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
        expectBuildable(checkpoint);
        FitReport report = new FitReport(declared.name(), checkpoint);
        List<FitAttempt> found = find(declared, input, checkpoint);
        FitAttempt fit = found.get(0);
        if (found.size() == 1 && fit.assembly().isPresent()) {
            return fit.assembly().get().noting(report.notes(fit));
        }
        boolean partial =
                fit.fitsButForOthers(Conventions.ofPyTorch(checkpoint).byName().keySet());
        throw new InvalidInputException(
                checkpoint.source(),
                found.size() > 1
                        ? List.of(report.ambiguous(found))
                        : partial ? List.of(report.besideOthers(fit)) : report.problems(fit));
    }

    /**
     * The network of {@link #assemble}; options that would make the checkpoint fit go to {@code hints}, and the
     * problems are all told, each by itself.
     */
    static Assembly assemble(Declaration declared, ImageSize input, Checkpoint checkpoint, OptionHints hints) {
        expectBuildable(checkpoint);
        FitAttempt fit = find(declared, input, checkpoint).get(0);
        hints.take(fit.hints());
        return fit.assembly().orElseThrow(() -> new InvalidInputException(checkpoint.source(), fit.problems()));
    }

    private static void expectBuildable(Checkpoint checkpoint) {
        Conventions.refusal(checkpoint).ifPresent(problem -> {
            throw new InvalidInputException(checkpoint.source(), problem);
        });
    }

    private static List<FitAttempt> find(Declaration declared, ImageSize input, Checkpoint checkpoint) {
        FitAttempt.Plan plan = new FitAttempt.Plan(
                declared.name(),
                declared.network(),
                new TensorNames("", declared.renames()),
                input,
                declared.channels(),
                declared.epsilon());
        return new NetworkFit(plan, Conventions.ofPyTorch(checkpoint), !declared.isListed()).find();
    }
}
