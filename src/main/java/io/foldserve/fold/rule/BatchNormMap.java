package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.EVAL;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.Optional;

/**
 * The affine map that a batch norm with stored statistics is at inference.
 *
 * <p>Algebra, per channel, with γ, β, μ, σ² and ε the batch norm's scale, shift, running mean, running variance and
 * epsilon: {@code t = γ/√(σ²+ε)}, {@code y = t·x + (β − t·μ)}, in float64.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2 (inference).
 */
public final class BatchNormMap {
    /** The name of the rules that make a batch norm part of another operator. */
    public static final String NAME = "batch-norm";

    /** The rule's entry in the glossary. */
    public static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "A batch norm with stored statistics becomes part of the layer before it.",
            "Ioffe and Szegedy, \"Batch Normalization\", arXiv 1502.03167, algorithm 2");

    private BatchNormMap() {}

    /** Why {@code node} does not normalise by constants, one for each of {@code outputs} channels if that is given. */
    public static Optional<String> whyNotStatistics(ConstantValues constants, Node node, Optional<Integer> outputs) {
        if (node.integer("training_mode", 0) != 0) {
            return Optional.of(batchStatistics(node));
        }
        for (String value : node.inputs().subList(1, 5)) {
            if (!constants.contains(value)) {
                return Optional.of(statisticNotConstant(node, value));
            }
            int channels = constants.evaluate(value).shape().size();
            if (channels != outputs.orElse(channels)) {
                return Optional.of(statisticChannels(node, value, channels, outputs.orElse(channels)));
            }
        }
        return Optional.empty();
    }

    /** Why {@code affine} cannot be computed with, if so. */
    public static Optional<String> whyNotFinite(Node node, Weights affine) {
        for (int o = 0; o < affine.outputs(); o++) {
            double scale = affine.row(o).kernel()[0];
            double shift = affine.row(o).bias();
            if (!Double.isFinite(scale) || !Double.isFinite(shift)) {
                return Optional.of(notFinite(node, o, scale, shift));
            }
        }
        return Optional.empty();
    }

    /** The affine map that the batch norm {@code node} is at inference: t, one tap for each channel, and its shift. */
    public static Weights affine(ConstantValues constants, Node node) {
        double epsilon = epsilon(node);
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
        return new Weights(scale, shift);
    }

    /** The ε of the batch norm {@code node}. */
    public static double epsilon(Node node) {
        return node.real("epsilon", 1e-5);
    }

    private static double[] values(ConstantValues constants, Node node, int input) {
        return constants.evaluate(node.inputs().get(input)).toDoubles();
    }

    private static String batchStatistics(Node node) {
        return ("%s normalises with the statistics of its batch (training_mode = 1), expected its running statistics; "
                        + "%s.")
                .formatted(at(node), EVAL);
    }

    private static String statisticNotConstant(Node node, String value) {
        return "%s reads %s from data, expected a constant; %s.".formatted(at(node), value, EVAL);
    }

    private static String statisticChannels(Node node, String value, int found, int expected) {
        return "%s has %d values in %s, expected one for each of %d channels."
                .formatted(at(node), found, value, expected);
    }

    private static String notFinite(Node node, int channel, double scale, double shift) {
        return ("%s scales channel %d by %s and shifts it by %s, expected finite numbers; check that %s plus epsilon "
                        + "is positive.")
                .formatted(at(node), channel, scale, shift, node.inputs().get(4));
    }
}
