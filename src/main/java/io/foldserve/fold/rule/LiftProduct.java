package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The term of a convolution or matrix product: its kernel and bias.
 *
 * <p>Declines what {@link LinearOperators} declines.
 */
final class LiftProduct extends Lift {
    private final ConstantValues constants;
    private final LinearOperators operators;
    private final ValueShapes shapes;

    LiftProduct(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
        this.operators = new LinearOperators(facts.constants(), facts.shapes().typical());
        this.shapes = facts.shapes();
    }

    @Override
    public String sentence() {
        return "A convolution or matrix product with a constant kernel is that kernel and its bias.";
    }

    @Override
    public String source() {
        return "linearity; Guo et al., \"ExpandNets\", arXiv 1811.10495";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Conv", "Gemm", "MatMul");
    }

    // A product of values of more axes is one on tokens.
    @Override
    boolean isCandidate(Node node) {
        return !node.is("MatMul")
                || shapes.find(node.inputs().get(0)).map(Shape::rank).orElse(2) <= 2;
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        return operators.whyNot(node);
    }

    @Override
    Term term(Node node, Shape shape) {
        LinearOperator operator = operators.operator(node);
        List<AxisTaps> axes = node.is("Conv") ? AxisTaps.of(window(node, operator, shape)) : List.of();
        return term(operator, TermInput.of(node.inputs().get(0)), axes, operator::weights);
    }

    /** Where {@code node}, which is {@code operator}, applies its kernel to a value of {@code shape}. */
    static Window window(Node node, LinearOperator operator, Shape shape) {
        Shape kernel = operator.kernelShape();
        return Window.of(
                node,
                kernel.extents().subList(2, kernel.rank()),
                shape.extents().subList(2, shape.rank()));
    }

    /** The term of {@code operator}, which reads {@code source} at {@code axes} with {@code weights}. */
    Term term(LinearOperator operator, TermInput source, List<AxisTaps> axes, Supplier<Weights> weights) {
        KernelLayout layout = operator.layout();
        boolean biased = operator.bias()
                .map(bias -> Arrays.stream(constants.evaluate(bias).toDoubles()).anyMatch(b -> b != 0))
                .orElse(false);
        int inputs = layout.groupInputs() * layout.groups();
        return new Term(source, layout.outputs(), inputs, layout.groups(), axes, false, biased, weights);
    }
}
