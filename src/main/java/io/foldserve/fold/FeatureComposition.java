package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/**
 * A DO-Conv layer run without ever composing its kernel: {@code y[o] = Σ_{c,s} W[o,c,s] · Σ_m (D + d_diag)[row,m,s] ·
 * x[c,m]} with {@code row = (o mod g)·(I/g) + c}, the depthwise convolution first.
 *
 * <p>Source: Cao et al., arXiv 2006.12030, equation 2 (feature composition); the row of D is the PyTorch reference's.
 * Belongs to one measurement.
 */
final class FeatureComposition {
    private final KernelLayout layout;
    private final int multiplier;
    private final double[] w;
    private final double[] d;
    private final double[] diagonal;

    private FeatureComposition(KernelLayout layout, int multiplier, double[] w, double[] d, double[] diagonal) {
        this.layout = layout;
        this.multiplier = multiplier;
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
                        training.constant(program.w()).orElseThrow().shape().extent(2),
                        values(training, Optional.of(program.w())),
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
        double sum = 0;
        for (int c = 0; c < layout.groupInputs(); c++) {
            for (int s = 0; s < multiplier; s++) {
                double feature = 0;
                for (int m = 0; m < layout.taps(); m++) {
                    int i = depthwise(o, c, m, s);
                    feature += (d[i] + diagonal[i]) * x.at(layout.firstInput(o) + c, m);
                }
                sum += w[pointwise(o, c, s)] * feature;
            }
        }
        return sum;
    }

    /** (‖D∘W‖₂ + ‖d_diag∘W‖₂) / ‖(D + d_diag)∘W‖₂ of output channel {@code o}; 1 when all are zero. */
    double cancellation(int o) {
        double learned = 0;
        double fixed = 0;
        double both = 0;
        for (int c = 0; c < layout.groupInputs(); c++) {
            for (int m = 0; m < layout.taps(); m++) {
                double ofD = composed(d, o, c, m);
                double ofDiagonal = composed(diagonal, o, c, m);
                learned += ofD * ofD;
                fixed += ofDiagonal * ofDiagonal;
                both += (ofD + ofDiagonal) * (ofD + ofDiagonal);
            }
        }
        double branches = Math.sqrt(learned) + Math.sqrt(fixed);
        return branches == 0 ? 1 : branches / Math.sqrt(both);
    }

    private double composed(double[] over, int o, int c, int m) {
        double sum = 0;
        for (int s = 0; s < multiplier; s++) {
            sum += over[depthwise(o, c, m, s)] * w[pointwise(o, c, s)];
        }
        return sum;
    }

    private int depthwise(int o, int c, int m, int s) {
        int row = o % layout.groups() * layout.groupInputs() + c;
        return (row * layout.taps() + m) * multiplier + s;
    }

    private int pointwise(int o, int c, int s) {
        return (o * layout.groupInputs() + c) * multiplier + s;
    }
}
