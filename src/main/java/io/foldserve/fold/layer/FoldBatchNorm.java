package io.foldserve.fold.layer;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.AbsorbedAffine;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
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
 * operator, and an input that someone else reads.
 */
public final class FoldBatchNorm implements LayerRule {
    @Override
    public String name() {
        return BatchNormMap.NAME;
    }

    @Override
    public List<RuleEntry> glossary() {
        return List.of(BatchNormMap.ENTRY);
    }

    @Override
    public LayerOutcome apply(WorkingGraph working, Node node) {
        if (!node.is("BatchNormalization")) {
            return LayerOutcome.notMine();
        }
        String input = node.inputs().get(0);
        Optional<Layer> layer = working.producer(input).flatMap(producer -> working.layer(producer.name()));
        Optional<String> reason = whyNotLinear(working, node)
                .or(() -> BatchNormMap.whyNotStatistics(working.constants(), node, layer.map(found -> found.layout()
                        .outputs())))
                .or(() -> working.whyNotDissolve(node, input));
        if (reason.isPresent() || layer.isEmpty()) {
            return LayerOutcome.refused(reason.orElse(ofInput(node, input)));
        }
        Weights affine = BatchNormMap.affine(working.constants(), node);
        Optional<String> invalid = BatchNormMap.whyNotFinite(node, affine);
        if (invalid.isPresent()) {
            return LayerOutcome.refused(invalid.get());
        }
        working.put(layer.get().then(new AbsorbedAffine(name(), node, affine)));
        working.dissolve(node, input);
        return LayerOutcome.applied();
    }

    private static Optional<String> whyNotLinear(WorkingGraph working, Node node) {
        String input = node.inputs().get(0);
        Optional<Node> producer = working.producer(input);
        if (producer.isEmpty()) {
            return Optional.of(ofInput(node, input));
        }
        Node source = producer.get();
        if (!Operators.isLinear(source)) {
            return Optional.of(after(node, source));
        }
        Optional<Shape> shape = Optional.ofNullable(working.shapes().get(input));
        boolean elsewhere =
                source.is("MatMul") && shape.filter(value -> value.rank() == 2).isEmpty();
        return working.whyNotAlone(node, input, source)
                .or(() -> elsewhere ? Optional.of(ofTokens(node, source)) : Optional.empty())
                .or(() -> working.refusal(source).map(reason -> afterDeclined(node, reason)));
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
