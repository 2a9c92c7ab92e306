package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The term of a constant for each channel that is added, subtracted, multiplied or divided by: a diagonal 1×1 kernel
 * and a bias.
 *
 * <p>Source: Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transform I, of which a batch norm's
 * affine map is the case.
 *
 * <p>Declines constants that vary within a channel, divisions by data, and results that are not finite.
 */
final class LiftAffine extends Lift {
    private final ConstantValues constants;

    LiftAffine(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
    }

    @Override
    public String sentence() {
        return "A constant for each channel that is added, subtracted, multiplied or divided by is a diagonal 1×1 "
                + "kernel and a bias.";
    }

    @Override
    public String source() {
        return "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2, transform I";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Add", "Sub", "Mul", "Div");
    }

    @Override
    boolean isCandidate(Node node) {
        return node.inputs().stream().anyMatch(constants::contains);
    }

    @Override
    String operand(Node node) {
        return node.inputs().get(position(node));
    }

    private int position(Node node) {
        return constants.contains(node.inputs().get(0)) ? 1 : 0;
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        String value = constant(node);
        boolean inverts = node.is("Div") && constants.contains(node.inputs().get(0));
        if (inverts) {
            return Optional.of(dividesByData(node, value));
        }
        Tensor tensor = constants.evaluate(value);
        if (!tensor.dtype().isFloating() || !isPerChannel(tensor.shape(), shape)) {
            return Optional.of(notPerChannel(node, value, tensor.shape(), shape.extent(1)));
        }
        return whyNotFinite(node, shape.extent(1));
    }

    /** Why the map of {@code node} for each of {@code channels} cannot be computed with, if so. */
    Optional<String> whyNotFinite(Node node, int channels) {
        Weights affine = affine(node, channels);
        boolean finite = Arrays.stream(affine.kernel()).allMatch(Double::isFinite)
                && Arrays.stream(affine.bias()).allMatch(Double::isFinite);
        return finite ? Optional.empty() : Optional.of(notFinite(node, constant(node)));
    }

    // Broadcasting aligns the last axes; only axis 1 of the data may vary.
    private static boolean isPerChannel(Shape constant, Shape data) {
        int channelAxis = constant.rank() - (data.rank() - 1);
        return constant.rank() <= data.rank()
                && IntStream.range(0, constant.rank())
                        .allMatch(axis -> constant.extent(axis) == 1
                                || (axis == channelAxis && constant.extent(axis) == data.extent(1)));
    }

    /** The constant operand. */
    String constant(Node node) {
        return node.inputs().get(1 - position(node));
    }

    @Override
    Term term(Node node, Shape shape) {
        Weights weights = affine(node, shape.extent(1));
        return Term.diagonal(TermInput.of(operand(node)), shape, weights);
    }

    /** The scale and shift that {@code node} is for each of {@code channels}. */
    Weights affine(Node node, int channels) {
        double[] values = constants.evaluate(constant(node)).toDoubles();
        boolean first = constants.contains(node.inputs().get(0));
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            double value = values[values.length == 1 ? 0 : c];
            scale[c] = switch (node.op()) {
                case "Mul" -> value;
                case "Div" -> 1 / value;
                case "Sub" -> first ? -1 : 1;
                default -> 1;
            };
            shift[c] = switch (node.op()) {
                case "Add" -> value;
                case "Sub" -> first ? value : -value;
                default -> 0;
            };
        }
        return new Weights(scale, shift);
    }

    private static String dividesByData(Node node, String value) {
        return "%s divides %s by data, which is not linear.".formatted(at(node), value);
    }

    private static String notPerChannel(Node node, String value, Shape found, int channels) {
        return "%s reads %s of shape %s, expected one value for each of %d channels."
                .formatted(at(node), value, found, channels);
    }

    private static String notFinite(Node node, String value) {
        return "%s reads %s, which makes values that are not finite; check the stored tensor."
                .formatted(at(node), value);
    }
}
