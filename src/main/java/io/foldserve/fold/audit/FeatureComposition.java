package io.foldserve.fold.audit;

import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.rule.Layer;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A DO-Conv layer run without ever composing its kernel: {@code y[o] = Σ_{c,s} W[o,c,s] · Σ_m (D + d_diag)[row,m,s] ·
 * x[c,m]} with {@code row = (o mod g)·(I/g) + c}, the depthwise convolution first.
 *
 * <p>Source: Cao et al., arXiv 2006.12030, equation 2 (feature composition); the row of D is the PyTorch reference's.
 * Belongs to one measurement, and not thread-safe.
 */
final class FeatureComposition {
    /** What the depthwise convolution reads for an output channel: many share one. */
    private record Depthwise(Patch x, int row, int firstInput) {}

    private final Map<Depthwise, double[]> features = new HashMap<>();
    private final KernelLayout layout;
    private final int multiplier;
    private final Tensor w;
    private final double[] d;
    private final double[] diagonal;

    private FeatureComposition(KernelLayout layout, Tensor w, double[] d, double[] diagonal) {
        this.layout = layout;
        this.multiplier = w.shape().extent(2);
        this.w = w;
        this.d = d;
        this.diagonal = diagonal;
    }

    /** The composition that {@code layer} of {@code training} is trained with, if it has a W and a D. */
    static Optional<FeatureComposition> of(Graph training, Layer layer) {
        return DoConvProgram.find(training, layer.kernel())
                .filter(program -> program.d()
                        .flatMap(training::constant)
                        .filter(d -> isTrainedBy(d, layer.layout()))
                        .isPresent())
                .map(program -> new FeatureComposition(
                        layer.layout(),
                        training.constant(program.w()).orElseThrow(),
                        values(training, program.d()),
                        values(training, program.diagonal())));
    }

    // One row of D for each input channel of the convolution, one column of each row for each tap.
    private static boolean isTrainedBy(Tensor d, KernelLayout layout) {
        return d.shape().extent(0) == layout.groups() * layout.groupInputs()
                && d.shape().extent(1) == layout.taps();
    }

    private static double[] values(Graph training, Optional<String> constant) {
        return constant.flatMap(training::constant).orElseThrow().toDoubles();
    }

    /** Output channel {@code o} at {@code x}, without bias. */
    double at(int o, Patch x) {
        double[] pointwise = pointwise(o);
        Depthwise reads = new Depthwise(x, o % layout.groups(), layout.firstInput(o));
        double[] found = features.computeIfAbsent(reads, this::depthwise);
        double sum = 0;
        for (int i = 0; i < pointwise.length; i++) {
            sum += pointwise[i] * found[i];
        }
        return sum;
    }

    // The depthwise convolution's output [I/g, S].
    private double[] depthwise(Depthwise reads) {
        double[] found = new double[layout.groupInputs() * multiplier];
        for (int c = 0; c < layout.groupInputs(); c++) {
            for (int m = 0; m < layout.taps(); m++) {
                double value = reads.x().at(reads.firstInput() + c, m);
                int from = depthwise(reads.row(), c, m, 0);
                for (int s = 0; s < multiplier; s++) {
                    found[c * multiplier + s] += (d[from + s] + diagonal[from + s]) * value;
                }
            }
        }
        return found;
    }

    /** (‖D∘W‖₂ + ‖d_diag∘W‖₂) / ‖(D + d_diag)∘W‖₂ of output channel {@code o}; 1 when all are zero. */
    double cancellation(int o) {
        double[] pointwise = pointwise(o);
        double learned = 0;
        double fixed = 0;
        double both = 0;
        for (int c = 0; c < layout.groupInputs(); c++) {
            for (int m = 0; m < layout.taps(); m++) {
                double ofD = composed(d, pointwise, o, c, m);
                double ofDiagonal = composed(diagonal, pointwise, o, c, m);
                learned += ofD * ofD;
                fixed += ofDiagonal * ofDiagonal;
                both += (ofD + ofDiagonal) * (ofD + ofDiagonal);
            }
        }
        double branches = Math.sqrt(learned) + Math.sqrt(fixed);
        return branches == 0 ? 1 : branches / Math.sqrt(both);
    }

    private double composed(double[] over, double[] pointwise, int o, int c, int m) {
        int from = depthwise(o % layout.groups(), c, m, 0);
        double sum = 0;
        for (int s = 0; s < multiplier; s++) {
            sum += over[from + s] * pointwise[c * multiplier + s];
        }
        return sum;
    }

    private int depthwise(int rowOfGroup, int c, int m, int s) {
        int row = rowOfGroup * layout.groupInputs() + c;
        return (row * layout.taps() + m) * multiplier + s;
    }

    // W[o], [I/g, S].
    private double[] pointwise(int o) {
        int length = layout.groupInputs() * multiplier;
        return w.toDoubles(o * length, (o + 1) * length);
    }
}
