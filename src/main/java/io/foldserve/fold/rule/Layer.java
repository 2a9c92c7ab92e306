package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * One linear operator of the training form with a constant kernel, and what the rules have composed it with so far.
 * Immutable; kernels are read and composed only by {@link #weights()}.
 *
 * @param node the operator in the training form
 * @param constants the training form's constant values
 * @param layout how its kernel is stored
 * @param kernelShape the shape of its kernel
 * @param affines the per-channel maps that it has absorbed, first to last
 */
public record Layer(
        Node node, ConstantValues constants, KernelLayout layout, Shape kernelShape, List<AbsorbedAffine> affines) {

    /** Copies the list. */
    public Layer {
        affines = List.copyOf(affines);
    }

    /** This layer followed by {@code affine}. */
    public Layer then(AbsorbedAffine affine) {
        List<AbsorbedAffine> more = new ArrayList<>(affines);
        more.add(affine);
        return new Layer(node, constants, layout, kernelShape, more);
    }

    /** True when a rule changes it. */
    public boolean isFolded() {
        return constants.isComputed(kernel()) || !affines.isEmpty();
    }

    /** The rules applied: the weight program first, for it is innermost, then the affine maps in data-flow order. */
    public List<String> rules() {
        return Stream.concat(
                        WeightProgram.of(constants, kernel()).stream(),
                        affines.stream().map(AbsorbedAffine::rule))
                .toList();
    }

    /** The value that is its kernel in the training form. */
    public String kernel() {
        return node.inputs().get(1);
    }

    /** The value that is its bias in the training form. */
    public Optional<String> bias() {
        return node.input(2);
    }

    /** True when it has a bias, of its own or from what it absorbed. */
    public boolean biased() {
        return bias().isPresent() || !affines.isEmpty();
    }

    /** Its numbers, composed in float64 row by row as they are read. */
    public Weights weights() {
        IntFunction<double[]> rows = constants.rows(kernel(), layout);
        double[] bias = bias().map(this::biasPerOutput).orElseGet(() -> new double[layout.outputs()]);
        double alpha = alpha();
        Weights weights = new Weights(layout.outputs(), o -> new Row(scaled(rows.apply(o), alpha), bias[o]));
        for (AbsorbedAffine affine : affines) {
            weights = PostAffine.scale(affine.map(), weights, true);
        }
        return weights;
    }

    private static double[] scaled(double[] row, double factor) {
        for (int i = 0; factor != 1 && i < row.length; i++) {
            row[i] *= factor;
        }
        return row;
    }

    /** Its numbers as its node holds them, each composed in float64 and rounded to {@link #type()} once. */
    public StoredNumbers rounded() {
        return StoredNumbers.of(weights(), layout, kernelShape, type());
    }

    /** The type in which its numbers are written when it is folded. */
    public DType type() {
        return constants.foldedType(kernel()).orElse(DType.FLOAT32);
    }

    /** The factor of the kernel: Gemm's alpha, else 1. */
    public double alpha() {
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
