package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * One linear operator of the training form with a constant kernel, and what the rules have composed it with so far.
 * Immutable; kernels are read and composed only by {@link #term()}.
 *
 * @param node the operator in the training form
 * @param constants the training form's constant values
 * @param layout how its kernel is stored
 * @param kernelShape the shape of its kernel
 * @param program the rule that evaluates its kernel's weight program, once applied
 * @param affines the per-channel maps that it has absorbed, first to last
 */
public record Layer(
        Node node,
        ConstantValues constants,
        KernelLayout layout,
        Shape kernelShape,
        Optional<String> program,
        List<ChannelAffine> affines) {

    /** Copies the list. */
    public Layer {
        affines = List.copyOf(affines);
    }

    /** This layer with its weight program evaluated by {@code rule}. */
    public Layer evaluatedBy(String rule) {
        return new Layer(node, constants, layout, kernelShape, Optional.of(rule), affines);
    }

    /** This layer followed by {@code affine}. */
    public Layer then(ChannelAffine affine) {
        List<ChannelAffine> more = new ArrayList<>(affines);
        more.add(affine);
        return new Layer(node, constants, layout, kernelShape, program, more);
    }

    /** True when a rule has changed it. */
    public boolean isFolded() {
        return program.isPresent() || !affines.isEmpty();
    }

    /** The rules applied: the weight program first, for it is innermost, then the affine maps in data-flow order. */
    public List<String> rules() {
        return Stream.concat(program.stream(), affines.stream().map(ChannelAffine::rule))
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

    /** The stored tensors that it is made of, in data-flow order. */
    public List<String> keys() {
        Stream<String> own = Stream.concat(
                constants.keys(kernel()).stream(), bias().stream().flatMap(value -> constants.keys(value).stream()));
        return Stream.concat(own, affines.stream().flatMap(affine -> affine.keys().stream()))
                .distinct()
                .toList();
    }

    /** Composes it in float64, row by row as they are read. */
    public LinearTerm term() {
        LinearTerm term = trainedTerm();
        for (ChannelAffine affine : affines) {
            term = term.then(affine);
        }
        return term;
    }

    private LinearTerm trainedTerm() {
        IntFunction<double[]> rows = constants.rows(kernel(), layout);
        return LinearTerm.of(layout, kernelShape, rows, alpha(), bias().map(this::biasPerOutput));
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
