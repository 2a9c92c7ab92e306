package io.foldserve.fold.search;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.Optional;

/**
 * A batch norm after a convolution, transposed convolution or fully connected layer becomes part of it.
 *
 * <p>Algebra, per output channel o, with γ, β, μ, σ² {@code [O]} and ε the batch norm's scale, shift, running mean,
 * running variance and epsilon: {@code t = γ/√(σ²+ε)}, {@code K'[o] = t[o]·K[o]}, {@code b'[o] = t[o]·b[o] + β[o] −
 * t[o]·μ[o]}. Exact at every position, the border included, because it follows the convolution.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2 (inference).
 *
 * <p>Declines batch statistics, statistics that are not constant or not positive, an input that is not made by a linear
 * operator, an input that someone else reads, and one more than an operator can be composed with.
 */
final class FoldBatchNorm {
    private FoldBatchNorm() {}

    /** Lets the operator before the batch norm {@code node} take it in, or says why not. */
    static void visit(Node node, KeptOperators operators) {
        String input = node.inputs().get(0);
        Optional<Island> island = operators.producer(input).flatMap(operators::island);
        Optional<String> reason = whyNot(node, operators, island);
        if (reason.isPresent() || island.isEmpty()) {
            operators.decline(node, BatchNormMap.NAME, reason.orElse(ofInput(node, input)));
        } else {
            Weights map = BatchNormMap.affine(operators.constants(), node);
            operators.takeIn(island.get(), node, BatchNormMap.NAME, map);
        }
    }

    private static Optional<String> whyNot(Node node, KeptOperators operators, Optional<Island> island) {
        ConstantValues constants = operators.constants();
        Optional<Integer> outputs = island.map(KeptOperators::outputs);
        return whyNotLinear(node, operators)
                .or(() -> BatchNormMap.whyNotStatistics(constants, node, outputs))
                .or(() -> operators.whyNotLeftOut(node, node.inputs().get(0)))
                .or(() -> island.flatMap(before -> KeptOperators.whyNotMore(node, before)))
                .or(() -> BatchNormMap.whyNotFinite(node, BatchNormMap.affine(constants, node)));
    }

    private static Optional<String> whyNotLinear(Node node, KeptOperators operators) {
        String input = node.inputs().get(0);
        Optional<Node> producer = operators.producer(input);
        if (producer.isEmpty()) {
            return Optional.of(ofInput(node, input));
        }
        Node source = producer.get();
        if (!Operators.isLinear(source)) {
            return Optional.of(after(node, source));
        }
        boolean elsewhere = source.is("MatMul")
                && operators.shape(input).filter(shape -> shape.rank() == 2).isEmpty();
        return operators
                .whyNotAlone(node, input, source)
                .or(() -> elsewhere ? Optional.of(ofTokens(node, source)) : Optional.empty())
                .or(() -> operators.refusal(source).map(reason -> afterDeclined(node, reason)));
    }

    private static String ofInput(Node node, String value) {
        return "%s reads %s, which no node computes, expected a convolution or fully connected layer before it."
                .formatted(at(node), value);
    }

    private static String after(Node node, Node before) {
        return "%s follows %s, expected a convolution or fully connected layer before it."
                .formatted(at(node), at(before));
    }

    // node could fold into before, were there not reason.
    private static String afterDeclined(Node node, String reason) {
        return "%s follows a layer that cannot fold: %s".formatted(at(node), reason);
    }

    private static String ofTokens(Node node, Node product) {
        return ("%s normalises axis 1, but the channels of %s before it are its last axis; transpose them to axis 1 "
                        + "first.")
                .formatted(at(node), at(product));
    }
}
