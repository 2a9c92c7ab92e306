package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The term of what acts on the last axis of a value of any rank: the product with a constant matrix, and a constant for
 * each channel that is added, subtracted, multiplied or divided by.
 *
 * <p>Algebra: the terms of {@link LiftProduct} and {@link LiftAffine} at every position, all other axes being
 * positions.
 *
 * <p>Source: the fully connected layers of Dosovitskiy et al., arXiv 2010.11929, on tokens; Touvron et al., "CaiT",
 * arXiv 2103.17239, section 2, for the scale of each channel.
 *
 * <p>Declines constants that vary along another axis.
 */
final class LiftTokens extends Lift {
    private final ConstantValues constants;
    private final LinearOperators operators;
    private final LiftAffine affine;
    private final ValueShapes shapes;

    LiftTokens(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
        this.operators = new LinearOperators(facts.constants(), facts.shapes().typical());
        this.affine = new LiftAffine(facts);
        this.shapes = facts.shapes();
    }

    @Override
    public String sentence() {
        return "A product with a constant matrix, or a constant for each channel, on the last axis is a term at "
                + "every position.";
    }

    @Override
    public String source() {
        return "Dosovitskiy et al., \"An Image is Worth 16x16 Words\", arXiv 2010.11929; "
                + "Touvron et al., \"CaiT\", arXiv 2103.17239, section 2";
    }

    @Override
    public Set<String> operators() {
        return Set.of("MatMul", "Add", "Sub", "Mul", "Div");
    }

    @Override
    boolean readsLastAxis() {
        return true;
    }

    @Override
    boolean isCandidate(Node node) {
        if (!node.is("MatMul") && !affine.isCandidate(node)) {
            return false;
        }
        Optional<Shape> shape = shapes.find(operand(node)).filter(found -> found.rank() > 2);
        return shape.filter(found -> node.is("MatMul") || isAffine(node, found)).isPresent();
    }

    @Override
    String operand(Node node) {
        return node.is("MatMul") ? node.inputs().get(0) : affine.operand(node);
    }

    // What else a constant may be is said by the rule for axis 1.
    private boolean isAffine(Node node, Shape shape) {
        Tensor tensor = constants.evaluate(affine.constant(node));
        return tensor.dtype().isFloating()
                && isPerToken(tensor.shape(), shape)
                && affine.whyNotFinite(node, shape.extent(-1)).isEmpty();
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        return node.is("MatMul") ? operators.whyNot(node) : Optional.empty();
    }

    // Broadcasting aligns the last axes.
    private static boolean isPerToken(Shape constant, Shape data) {
        int rank = constant.rank();
        return rank <= data.rank()
                && IntStream.range(0, rank)
                        .allMatch(axis -> constant.extent(axis) == 1
                                || (axis == rank - 1 && constant.extent(axis) == data.extent(-1)));
    }

    @Override
    Term term(Node node, Shape shape) {
        TermInput source = TermInput.of(operand(node)).onLastAxis();
        int channels = shape.extent(-1);
        if (!node.is("MatMul")) {
            Weights weights = affine.affine(node, channels);
            boolean biased = Arrays.stream(weights.bias()).anyMatch(shift -> shift != 0);
            return term(source, shape, channels, channels, biased, () -> weights);
        }
        LinearOperator operator = operators.operator(node);
        return term(source, shape, operator.layout().outputs(), 1, false, operator::weights);
    }

    private static Term term(
            TermInput source, Shape shape, int outputs, int groups, boolean biased, Supplier<Weights> weights) {
        return new Term(
                source,
                outputs,
                shape.extent(-1),
                groups,
                Collections.nCopies(shape.rank() - 2, AxisTaps.POINT),
                false,
                biased,
                weights);
    }
}
