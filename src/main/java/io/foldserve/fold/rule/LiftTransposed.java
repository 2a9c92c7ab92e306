package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The term of a transposed convolution: a convolution of its input spread apart, with zeros between the positions.
 *
 * <p>Algebra: position p of the input adds {@code K[o,c,a]·x[c,p]} at output {@code s·p + d·a − p_t}. With x' = x
 * spread by s and a' = k − 1 − a this is a convolution of stride 1: {@code y[o,q] = Σ K[o,c,k−1−a']·x'[c, q + p_t −
 * d(k−1) + d·a']}.
 *
 * <p>Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, section 4;
 * ONNX, ConvTranspose.
 *
 * <p>Declines what {@link LinearOperators} declines, paddings that depend on the output's shape among it.
 */
final class LiftTransposed extends Lift {
    private final LinearOperators operators;
    private final LiftProduct product;

    LiftTransposed(GraphFacts facts) {
        super(facts);
        this.operators = new LinearOperators(facts.constants(), facts.shapes().typical());
        this.product = new LiftProduct(facts);
    }

    @Override
    public String sentence() {
        return "A transposed convolution is a convolution of its input spread apart, with zeros between the positions.";
    }

    @Override
    public String source() {
        return "Dumoulin and Visin, \"A guide to convolution arithmetic for deep learning\", "
                + "arXiv 1603.07285, section 4; the definition of ONNX's ConvTranspose";
    }

    @Override
    public Set<String> operators() {
        return Set.of("ConvTranspose");
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        return operators.whyNot(node);
    }

    @Override
    Term term(Node node, Shape shape) {
        LinearOperator operator = operators.operator(node);
        Window window = LiftProduct.window(node, operator, shape);
        List<Integer> extra = node.integers("output_padding", Collections.nCopies(window.axes(), 0));
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 0; axis < window.axes(); axis++) {
            int step = window.dilations().get(axis);
            int reach = step * (window.kernel().get(axis) - 1);
            int first = window.padsBegin().get(axis) - reach;
            int end = extra.get(axis) + reach - window.padsEnd().get(axis);
            axes.add(new AxisTaps(first, step, window.kernel().get(axis), 1, end));
        }
        TermInput source = TermInput.of(operand(node)).upsampledBy(window.strides());
        return product.term(operator, source, axes, () -> turned(operator.weights(), operator.layout()));
    }

    private static Weights turned(Weights weights, KernelLayout layout) {
        return new Weights(layout.outputs(), o -> turned(weights.row(o), layout.taps()));
    }

    // The taps of every axis in the opposite order.
    private static Row turned(Row row, int taps) {
        double[] turned = new double[row.kernel().length];
        for (int i = 0; i < turned.length; i++) {
            turned[i / taps * taps + taps - 1 - i % taps] = row.kernel()[i];
        }
        return new Row(turned, row.bias());
    }
}
