package io.foldserve.fold.audit;

import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A DO-Conv layer run without ever composing its kernel: {@code y[o] = Σ_{c,s} W[o,c,s] · Σ_m (D + d_diag)[row,m,s] ·
 * x[c,m]} with {@code row = (o mod g)·(I/g) + c}, a depthwise convolution and then a pointwise one.
 *
 * <p>Source: Cao et al., arXiv 2006.12030, equation 2 (feature composition); the row of D is the PyTorch reference's.
 * Immutable; belongs to one measurement.
 */
final class FeatureComposition {
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

    /** The composition that the convolution {@code node} of {@code training} is trained with, if it has a W and a D. */
    static Optional<FeatureComposition> of(Graph training, Node node, KernelLayout layout) {
        return DoConvProgram.find(training, node.inputs().get(1))
                .filter(program -> node.is("Conv")
                        && program.d()
                                .flatMap(training::constant)
                                .filter(d -> isTrainedBy(d, layout))
                                .isPresent())
                .map(program -> new FeatureComposition(
                        layout,
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

    /**
     * Adds to {@code graph} the channels of {@code sample} of a convolution of {@code attributes}, with {@code bias}
     * unless that is empty.
     *
     * @param kernel the extents of the kernel along each spatial axis
     */
    String write(
            SampledOperator sample,
            List<Integer> kernel,
            Map<String, Attribute> attributes,
            Optional<String> bias,
            MeasuredGraph graph) {
        Map<String, Attribute> depthwise = new HashMap<>(attributes);
        depthwise.put("group", Attribute.of(sample.inputs()));
        String d = graph.constant(depthwise(sample, kernel));
        String features = graph.add("Conv", List.of(MeasuredGraph.INPUT, d), depthwise);
        List<String> inputs = new ArrayList<>(List.of(features, graph.constant(pointwise(sample, kernel.size()))));
        bias.ifPresent(inputs::add);
        return graph.add("Conv", inputs, Map.of("group", Attribute.of(sample.groups())));
    }

    // [I·S, 1, taps…] of the groups sampled.
    private Tensor depthwise(SampledOperator sample, List<Integer> kernel) {
        int features = sample.inputs() * multiplier;
        double[] values = new double[features * layout.taps()];
        for (int i = 0; i < values.length; i++) {
            int m = i % layout.taps();
            int s = i / layout.taps() % multiplier;
            int input = i / layout.taps() / multiplier;
            // The outputs of a single group share their rows of D.
            int o = sample.outputs().get(input / layout.groupInputs());
            int from = at(o % layout.groups(), input % layout.groupInputs(), m, s);
            values[i] = d[from] + diagonal[from];
        }
        List<Integer> extents = new ArrayList<>(List.of(features, 1));
        extents.addAll(kernel);
        return Tensor.ofDoubles(new Shape(extents), values);
    }

    // W, [O, I/g·S, 1…] of the channels sampled.
    private Tensor pointwise(SampledOperator sample, int axes) {
        List<Integer> outputs = sample.outputs();
        int run = layout.groupInputs() * multiplier;
        double[] values = new double[outputs.size() * run];
        for (int i = 0; i < outputs.size(); i++) {
            System.arraycopy(pointwise(outputs.get(i)), 0, values, i * run, run);
        }
        List<Integer> extents = new ArrayList<>(List.of(outputs.size(), run));
        extents.addAll(Collections.nCopies(axes, 1));
        return Tensor.ofDoubles(new Shape(extents), values);
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
        int from = at(o % layout.groups(), c, m, 0);
        double sum = 0;
        for (int s = 0; s < multiplier; s++) {
            sum += over[from + s] * pointwise[c * multiplier + s];
        }
        return sum;
    }

    private int at(int rowOfGroup, int c, int m, int s) {
        int row = rowOfGroup * layout.groupInputs() + c;
        return (row * layout.taps() + m) * multiplier + s;
    }

    // W[o], [I/g, S].
    private double[] pointwise(int o) {
        int length = layout.groupInputs() * multiplier;
        return w.toDoubles(o * length, (o + 1) * length);
    }
}
