package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * R3 of a convolution or matrix product: its kernel and bias.
 *
 * <p>Declines what {@link LinearOperators} declines.
 */
final class LiftProduct implements Lift {
    private final ConstantValues constants;
    private final LinearOperators operators;

    LiftProduct(ConstantValues constants, LinearOperators operators) {
        this.constants = constants;
        this.operators = operators;
    }

    @Override
    public Optional<String> whyNot(Node node, Shape shape) {
        return operators.whyNot(node);
    }

    @Override
    public Term term(Node node, Shape shape) {
        Layer layer = operators.layer(node);
        KernelLayout layout = layer.layout();
        List<Integer> kernel = layer.kernelShape().extents();
        List<AxisTaps> axes = node.is("Conv")
                ? AxisTaps.of(Window.of(
                        node, kernel.subList(2, kernel.size()), shape.extents().subList(2, shape.rank())))
                : List.of();
        boolean biased = layer.bias()
                .map(bias -> Arrays.stream(constants.evaluate(bias).toDoubles()).anyMatch(b -> b != 0))
                .orElse(false);
        return new Term(
                Source.of(node.inputs().get(0)),
                layout.outputs(),
                layout.groupInputs() * layout.groups(),
                layout.groups(),
                axes,
                false,
                biased,
                () -> weights(layer));
    }

    /** The kernel and bias of {@code layer}, in the order of its taps. */
    static Weights weights(Layer layer) {
        LinearTerm term = layer.term();
        return new Weights(layer.layout().outputs(), term::row);
    }
}
