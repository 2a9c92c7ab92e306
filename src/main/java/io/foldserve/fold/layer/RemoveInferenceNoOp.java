package io.foldserve.fold.layer;

import io.foldserve.fold.rule.NormReasons;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/**
 * R3 (the identity case): an Identity, and a Dropout outside training, hand their input on and are left out.
 *
 * <p>Algebra: {@code y = x}. Declines a Dropout in training mode, one whose mask is read, and a node that joins a graph
 * input or constant to a graph output, for both names must stay.
 */
public final class RemoveInferenceNoOp implements Rule {
    @Override
    public String name() {
        return "no-op";
    }

    @Override
    public Outcome apply(Draft draft, Node node) {
        if (!node.is("Identity") && !node.is("Dropout")) {
            return Outcome.notMine();
        }
        String input = node.inputs().get(0);
        Optional<String> reason = whyNotInference(draft.training(), node).or(() -> draft.whyNotDissolve(node, input));
        if (reason.isPresent()) {
            return Outcome.refused(reason.get());
        }
        draft.dissolve(node, input);
        return Outcome.applied();
    }

    /** True when {@code node} hands its input on and makes nothing else. */
    public static boolean isNoOp(Graph graph, Node node) {
        return node.is("Identity")
                || (node.is("Dropout") && whyNotInference(graph, node).isEmpty());
    }

    private static Optional<String> whyNotInference(Graph graph, Node node) {
        Optional<String> mode = node.is("Dropout") ? node.input(2) : Optional.empty();
        if (mode.isEmpty()) {
            return Optional.empty();
        }
        boolean off = graph.constant(mode.get())
                .map(Tensor::toLongs)
                .filter(values -> values.length == 1 && values[0] == 0)
                .isPresent();
        return off ? Optional.empty() : Optional.of(NormReasons.mayTrain(node, mode.get()));
    }
}
