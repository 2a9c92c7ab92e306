package io.foldserve.fold.layer;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.rule.ChannelAffine;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.rule.NormReasons;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * R1: a batch norm after a convolution, transposed convolution or fully connected layer becomes part of it.
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
public final class FoldBatchNorm implements Rule {
    public static final String NAME = "batch-norm";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Outcome apply(Draft draft, Node node) {
        if (!node.is("BatchNormalization")) {
            return Outcome.notMine();
        }
        String input = node.inputs().get(0);
        Optional<Layer> layer = draft.producer(input).flatMap(producer -> draft.layer(producer.name()));
        Optional<String> reason = whyNotLinear(draft, node)
                .or(() -> whyNotStatistics(draft.constants(), node, layer.map(found -> found.layout()
                        .outputs())))
                .or(() -> draft.whyNotDissolve(node, input));
        if (reason.isPresent() || layer.isEmpty()) {
            return Outcome.refused(reason.orElse(NormReasons.ofInput(node, input)));
        }
        ChannelAffine affine = affine(draft.constants(), node);
        Optional<String> invalid = whyNotFinite(node, affine);
        if (invalid.isPresent()) {
            return Outcome.refused(invalid.get());
        }
        draft.put(layer.get().then(affine));
        draft.dissolve(node, input);
        return Outcome.applied();
    }

    private static Optional<String> whyNotLinear(Draft draft, Node node) {
        String input = node.inputs().get(0);
        Optional<Node> producer = draft.producer(input);
        if (producer.isEmpty()) {
            return Optional.of(NormReasons.ofInput(node, input));
        }
        Node source = producer.get();
        if (!LinearOperators.isLinear(source)) {
            return Optional.of(NormReasons.after(node, source));
        }
        Optional<Shape> shape = Optional.ofNullable(draft.shapes().get(input));
        boolean elsewhere =
                source.is("MatMul") && shape.filter(value -> value.rank() == 2).isEmpty();
        return draft.whyNotAlone(node, input, source)
                .or(() -> elsewhere ? Optional.of(NormReasons.ofTokens(node, source)) : Optional.empty())
                .or(() -> draft.refusal(source).map(reason -> NormReasons.afterDeclined(node, reason)));
    }

    /** Why {@code node} does not normalise by constants, one for each of {@code outputs} channels if that is given. */
    public static Optional<String> whyNotStatistics(ConstantValues constants, Node node, Optional<Integer> outputs) {
        if (node.integer("training_mode", 0) != 0) {
            return Optional.of(NormReasons.batchStatistics(node));
        }
        for (String value : node.inputs().subList(1, 5)) {
            if (!constants.contains(value)) {
                return Optional.of(NormReasons.statisticNotConstant(node, value));
            }
            int channels = constants.evaluate(value).shape().size();
            if (channels != outputs.orElse(channels)) {
                return Optional.of(NormReasons.statisticChannels(node, value, channels, outputs.orElse(channels)));
            }
        }
        return Optional.empty();
    }

    /** Why {@code affine} cannot be computed with, if so. */
    public static Optional<String> whyNotFinite(Node node, ChannelAffine affine) {
        for (int o = 0; o < affine.channels(); o++) {
            if (!Double.isFinite(affine.scale(o)) || !Double.isFinite(affine.shift(o))) {
                return Optional.of(NormReasons.notFinite(node, o, affine.scale(o), affine.shift(o)));
            }
        }
        return Optional.empty();
    }

    /** The affine map that the batch norm {@code node} is at inference. */
    public static ChannelAffine affine(ConstantValues constants, Node node) {
        double epsilon = node.real("epsilon", 1e-5);
        double[] gamma = values(constants, node, 1);
        double[] beta = values(constants, node, 2);
        double[] mean = values(constants, node, 3);
        double[] variance = values(constants, node, 4);
        double[] scale = new double[gamma.length];
        double[] shift = new double[gamma.length];
        for (int o = 0; o < scale.length; o++) {
            scale[o] = gamma[o] / Math.sqrt(variance[o] + epsilon);
            shift[o] = beta[o] - scale[o] * mean[o];
        }
        List<String> keys = node.inputs().subList(1, 5).stream()
                .flatMap(value -> constants.keys(value).stream())
                .distinct()
                .toList();
        return new ChannelAffine(NAME, node, scale, shift, OptionalDouble.of(epsilon), keys);
    }

    private static double[] values(ConstantValues constants, Node node, int input) {
        return constants.evaluate(node.inputs().get(input)).toDoubles();
    }
}
