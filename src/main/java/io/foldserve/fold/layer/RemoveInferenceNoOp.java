package io.foldserve.fold.layer;

import static io.foldserve.fold.term.Reasons.EVAL;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.PassThrough;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * An Identity, and a Dropout outside training, hand their input on and are left out.
 *
 * <p>Algebra: {@code y = x}. Declines a Dropout in training mode, one whose mask is read, and a node that joins a graph
 * input or constant to a graph output, for both names must stay.
 */
public final class RemoveInferenceNoOp implements LayerRule {
    @Override
    public String name() {
        return PassThrough.ENTRY.name();
    }

    @Override
    public List<RuleEntry> glossary() {
        return List.of(PassThrough.ENTRY);
    }

    @Override
    public LayerOutcome apply(WorkingGraph working, Node node) {
        if (!node.is("Identity") && !node.is("Dropout")) {
            return LayerOutcome.notMine();
        }
        String input = node.inputs().get(0);
        Optional<String> reason =
                whyNotInference(working.training(), node).or(() -> working.whyNotDissolve(node, input));
        if (reason.isPresent()) {
            return LayerOutcome.refused(reason.get());
        }
        working.dissolve(node, input);
        return LayerOutcome.applied();
    }

    private static Optional<String> whyNotInference(Graph graph, Node node) {
        return node.is("Dropout")
                ? Operators.trainingMode(graph, node).map(mode -> mayTrain(node, mode))
                : Optional.empty();
    }

    private static String mayTrain(Node node, String mode) {
        return "%s may drop values, for its training mode %s is not a constant false; %s."
                .formatted(at(node), mode, EVAL);
    }
}
