package io.foldserve.fold.layer;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.rule.AbsorbedAffine;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.fold.rule.Layer;
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
 * operator, an input that someone else reads, and one more than a layer can be composed with.
 */
final class FoldBatchNorm {
    private FoldBatchNorm() {}

    /** Lets the layer before the batch norm {@code node} take it in, or says why not. */
    static void visit(Node node, Layers layers) {
        String input = node.inputs().get(0);
        Optional<Layer> layer = layers.producer(input).flatMap(layers::layer);
        Optional<String> reason = whyNot(node, layers, layer);
        if (reason.isPresent() || layer.isEmpty()) {
            layers.decline(node, BatchNormMap.NAME, reason.orElse(ofInput(node, input)));
        } else {
            Weights map = BatchNormMap.affine(layers.constants(), node);
            layers.takeIn(layer.get(), new AbsorbedAffine(BatchNormMap.NAME, node, map));
        }
    }

    private static Optional<String> whyNot(Node node, Layers layers, Optional<Layer> layer) {
        ConstantValues constants = layers.constants();
        Optional<Integer> outputs = layer.map(found -> found.layout().outputs());
        return whyNotLinear(node, layers)
                .or(() -> BatchNormMap.whyNotStatistics(constants, node, outputs))
                .or(() -> layers.whyNotLeftOut(node, node.inputs().get(0)))
                .or(() -> layer.flatMap(before -> Layers.whyNotMore(node, before)))
                .or(() -> BatchNormMap.whyNotFinite(node, BatchNormMap.affine(constants, node)));
    }

    private static Optional<String> whyNotLinear(Node node, Layers layers) {
        String input = node.inputs().get(0);
        Optional<Node> producer = layers.producer(input);
        if (producer.isEmpty()) {
            return Optional.of(ofInput(node, input));
        }
        Node source = producer.get();
        if (!Operators.isLinear(source)) {
            return Optional.of(after(node, source));
        }
        boolean elsewhere = source.is("MatMul")
                && layers.shape(input).filter(shape -> shape.rank() == 2).isEmpty();
        return layers.whyNotAlone(node, input, source)
                .or(() -> elsewhere ? Optional.of(ofTokens(node, source)) : Optional.empty())
                .or(() -> layers.refusal(source).map(reason -> afterDeclined(node, reason)));
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
