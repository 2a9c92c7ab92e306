package io.foldserve.fold.audit;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.rule.Layer;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One layer run as it was trained, in float64, with arithmetic of its own: what a fold is measured against.
 *
 * <p>A DO-Conv kernel is never composed (see {@link FeatureComposition}); batch norms are applied to the result as
 * {@code γ·(y − μ)/√(σ² + ε) + β}. Belongs to one measurement, and not thread-safe.
 */
final class TrainedLayer {
    /** A node after the linear operator, one output channel at a time. */
    private interface AfterNode {
        double at(int o, double y);
    }

    private final Layer layer;
    private final Optional<FeatureComposition> composition;
    private final Optional<Tensor> kernel;
    private final Map<Integer, double[]> rows = new HashMap<>();
    private final double[] bias;
    private final double beta;
    private final List<AfterNode> after;

    /** The layer of {@code training}. */
    public TrainedLayer(Graph training, Layer layer) {
        this.layer = layer;
        this.composition = FeatureComposition.of(training, layer);
        this.kernel = composition.isPresent()
                ? Optional.empty()
                : Optional.of(layer.constants().evaluate(layer.kernel()));
        this.bias = layer.bias().map(this::values).orElse(new double[1]);
        this.beta = layer.node().is("Gemm") ? layer.node().real("beta", 1) : 1;
        this.after =
                layer.affines().stream().map(affine -> after(affine.node())).toList();
    }

    /** Output channel {@code o} at {@code x}. */
    public double at(int o, Patch x) {
        double product = composition.map(found -> found.at(o, x)).orElseGet(() -> product(o, x));
        double y = product + beta * channel(bias, o);
        for (AfterNode node : after) {
            y = node.at(o, y);
        }
        return y;
    }

    /** κ over the first output channels {@code outputs}; see {@link LayerErrors#cancellation()}. */
    public double cancellation(int[] outputs) {
        double largest = 1;
        for (int o : outputs) {
            largest = Math.max(
                    largest, composition.map(found -> found.cancellation(o)).orElse(1.0));
        }
        return largest;
    }

    private double product(int o, Patch x) {
        KernelLayout layout = layer.layout();
        double[] row = rows.computeIfAbsent(o, this::row);
        double sum = 0;
        for (int c = 0; c < layout.groupInputs(); c++) {
            for (int a = 0; a < layout.taps(); a++) {
                sum += row[c * layout.taps() + a] * x.at(layout.firstInput(o) + c, a);
            }
        }
        return layer.alpha() * sum;
    }

    private double[] row(int o) {
        KernelLayout layout = layer.layout();
        double[] row = new double[layout.fanIn()];
        for (int c = 0; c < layout.groupInputs(); c++) {
            int from = layout.index(o, c, 0);
            double[] taps = kernel.orElseThrow().toDoubles(from, from + layout.taps());
            System.arraycopy(taps, 0, row, c * layout.taps(), taps.length);
        }
        return row;
    }

    private AfterNode after(Node node) {
        if (node.is("Add")) {
            String first = node.inputs().get(0);
            double[] addend = values(
                    layer.constants().contains(first) ? first : node.inputs().get(1));
            return (o, y) -> y + channel(addend, o);
        }
        double epsilon = node.real("epsilon", 1e-5);
        double[] gamma = values(node.inputs().get(1));
        double[] shift = values(node.inputs().get(2));
        double[] mean = values(node.inputs().get(3));
        double[] variance = values(node.inputs().get(4));
        return (o, y) -> gamma[o] * (y - mean[o]) / Math.sqrt(variance[o] + epsilon) + shift[o];
    }

    private double[] values(String value) {
        return layer.constants().evaluate(value).toDoubles();
    }

    private static double channel(double[] values, int o) {
        return values[values.length == 1 ? 0 : o];
    }
}
