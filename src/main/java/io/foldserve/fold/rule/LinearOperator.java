package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One linear operator of the training form with a constant kernel. Immutable; its kernel is read only by
 * {@link #weights()}.
 *
 * @param node the operator
 * @param constants the training form's constant values
 * @param layout how its kernel is stored
 * @param kernelShape the shape of its kernel
 */
public record LinearOperator(Node node, ConstantValues constants, KernelLayout layout, Shape kernelShape) {
    /** The rule by which its kernel becomes a constant, if it is none yet. */
    public Optional<String> program() {
        return WeightProgram.of(constants, kernel());
    }

    /** The same operator, to be given the numbers that others compose of its own. */
    public KeptOperator kept() {
        DType type = constants.foldedType(kernel()).orElse(DType.FLOAT32);
        return new KeptOperator(node, layout, kernelShape, type, bias().isPresent(), this::weights);
    }

    /** The value that is its kernel in the training form. */
    public String kernel() {
        return node.inputs().get(1);
    }

    /** The value that is its bias in the training form. */
    public Optional<String> bias() {
        return node.input(2);
    }

    /** Its numbers in float64, row by row as they are read. */
    public Weights weights() {
        IntFunction<double[]> rows = constants.rows(kernel(), layout);
        double[] bias = bias().map(this::biasPerOutput).orElseGet(() -> new double[layout.outputs()]);
        double alpha = alpha();
        return new Weights(layout.outputs(), o -> new Row(scaled(rows.apply(o), alpha), bias[o]));
    }

    private static double[] scaled(double[] row, double factor) {
        for (int i = 0; factor != 1 && i < row.length; i++) {
            row[i] *= factor;
        }
        return row;
    }

    // Of the kernel.
    private double alpha() {
        return node.is("Gemm") ? node.real("alpha", 1) : 1;
    }

    private double[] biasPerOutput(String value) {
        double beta = node.is("Gemm") ? node.real("beta", 1) : 1;
        double[] stored = constants.evaluate(value).toDoubles();
        double[] bias = new double[layout.outputs()];
        for (int o = 0; o < bias.length; o++) {
            bias[o] = beta * stored[stored.length == 1 ? 0 : o];
        }
        return bias;
    }
}
