package io.foldserve.fold.result;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One step of the network before and after the fold: the nodes of the training form that became one, and what they
 * became. A node that the fold left alone is a step of its own, the same before and after. Immutable.
 *
 * @param weights the nodes that compute its kernels from stored tensors alone in the training form, in execution order;
 *     empty if kernels are stored
 * @param training the nodes that compute on data in the training form, in execution order
 * @param folded what is served in their place, in execution order; empty for what is left out
 */
public record FoldStep(List<NodeReport> weights, List<NodeReport> training, List<NodeReport> folded) {

    /** Copies the lists. */
    public FoldStep {
        weights = List.copyOf(weights);
        training = List.copyOf(training);
        folded = List.copyOf(folded);
    }

    /** True for a node that the fold left alone. */
    public boolean unchanged() {
        return weights.isEmpty() && training.equals(folded);
    }

    /**
     * What it is called: after the folded node that computes its result, or the last training node if it is left out.
     */
    public String name() {
        return last(folded).or(() -> last(training)).map(NodeReport::name).orElse("");
    }

    private static Optional<NodeReport> last(List<NodeReport> nodes) {
        return nodes.isEmpty() ? Optional.empty() : Optional.of(nodes.get(nodes.size() - 1));
    }

    /** The names of all its nodes. */
    public Set<String> names() {
        return Stream.of(weights, training, folded)
                .flatMap(List::stream)
                .map(NodeReport::name)
                .collect(Collectors.toSet());
    }
}
