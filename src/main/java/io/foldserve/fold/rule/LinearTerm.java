package io.foldserve.fold.rule;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.Elements;
import io.foldserve.fold.term.Row;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The object that rules compose: one linear operator {@code y[o] = b[o] + scale[o]·Σ_{c,a} k[o,c,a]·x[c,a]} in float64.
 *
 * <p>The output scale is kept apart from the stored kernel, so that composing with an affine map costs O values. A
 * kernel is read row by row and never held whole in float64; its elements {@code K = scale·k} are rounded to float32
 * once, by {@link #roundedKernel()}. Immutable.
 */
public final class LinearTerm {
    private final KernelLayout layout;
    private final Shape shape;
    private final IntFunction<double[]> kernel;
    private final double[] scale;
    private final double[] bias;
    private final boolean biased;

    private LinearTerm(
            KernelLayout layout,
            Shape shape,
            IntFunction<double[]> kernel,
            double[] scale,
            double[] bias,
            boolean biased) {
        this.layout = layout;
        this.shape = shape;
        this.kernel = kernel;
        this.scale = scale;
        this.bias = bias;
        this.biased = biased;
    }

    /**
     * The operator as stored.
     *
     * @param shape the kernel's shape
     * @param kernel a new array of the row {@code [I/g, taps]} of an output channel
     * @param alpha a factor of the kernel (Gemm's alpha)
     * @param bias one entry per output channel, if the operator has a bias
     */
    public static LinearTerm of(
            KernelLayout layout, Shape shape, IntFunction<double[]> kernel, double alpha, Optional<double[]> bias) {
        double[] scale = new double[layout.outputs()];
        Arrays.fill(scale, alpha);
        return new LinearTerm(
                layout, shape, kernel, scale, bias.orElseGet(() -> new double[layout.outputs()]), bias.isPresent());
    }

    /** This operator followed by {@code affine}: {@code scale' = t·scale, b' = t·b + shift}. */
    public LinearTerm then(ChannelAffine affine) {
        double[] scaled = new double[scale.length];
        double[] shifted = new double[scale.length];
        for (int o = 0; o < scale.length; o++) {
            scaled[o] = affine.scale(o) * scale[o];
            shifted[o] = affine.scale(o) * bias[o] + affine.shift(o);
        }
        return new LinearTerm(layout, shape, kernel, scaled, shifted, true);
    }

    public KernelLayout layout() {
        return layout;
    }

    /** {@code K[o]} and {@code b[o]}. */
    public Row row(int o) {
        double[] row = kernel.apply(o);
        for (int i = 0; i < row.length; i++) {
            row[i] *= scale[o];
        }
        return new Row(row, bias[o]);
    }

    /** The kernel in its operator's own layout, each element rounded once to float32. */
    public Tensor roundedKernel() {
        Elements kernel = new Elements(DType.FLOAT32, shape);
        for (int o = 0; o < layout.outputs(); o++) {
            double[] row = row(o).kernel();
            for (int c = 0, i = 0; c < layout.groupInputs(); c++) {
                int to = layout.index(o, c, 0);
                for (int a = 0; a < layout.taps(); a++) {
                    kernel.put(to + a, row[i++]);
                }
            }
        }
        return kernel.tensor();
    }

    /** The bias, each element rounded once to float32; empty if the operator has none. */
    public Optional<Tensor> roundedBias() {
        if (!biased) {
            return Optional.empty();
        }
        Elements rounded = new Elements(DType.FLOAT32, Shape.of(bias.length));
        for (int o = 0; o < bias.length; o++) {
            rounded.put(o, bias[o]);
        }
        return Optional.of(rounded.tensor());
    }
}
