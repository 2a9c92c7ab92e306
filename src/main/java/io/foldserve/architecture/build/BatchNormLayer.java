package io.foldserve.architecture.build;

import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adds a batch norm over its running statistics, which must be there: γ·(x − μ)/√(σ² + ε) + β per channel. One trained
 * without scale and shift ({@code affine=False}) has γ = 1 and β = 0.
 */
final class BatchNormLayer {
    private final GraphSketch sketch;
    private final StoredWeights weights;

    BatchNormLayer(GraphSketch sketch, StoredWeights weights) {
        this.sketch = sketch;
        this.weights = weights;
    }

    /** Adds the batch norm at {@code path}; epsilon is in no checkpoint. */
    Activation add(String path, double epsilon, Activation x) {
        String gamma = path + ".weight";
        String beta = path + ".bias";
        String mean = path + ".running_mean";
        String variance = path + ".running_var";
        boolean affine = weights.holds(gamma) || weights.holds(beta);
        boolean statistics = weights.holds(mean) || weights.holds(variance);
        if (affine && !statistics) {
            sketch.refuse(
                    path + " has no running_mean and running_var: a batch norm that normalises by the batch's own "
                            + "statistics gives answers that depend on the other images in the batch");
        } else {
            sketch.parameter(mean, x.channels());
            sketch.parameter(variance, x.channels());
        }
        if (affine || !statistics) {
            sketch.parameter(gamma, x.channels());
            sketch.parameter(beta, x.channels());
        } else {
            sketch.constant(gamma, () -> filled(x.channels().value(), 1));
            sketch.constant(beta, () -> filled(x.channels().value(), 0));
        }
        return add(path, epsilon, gamma, x);
    }

    /**
     * Adds the batch norm at {@code path} with γ = 1. A stored γ means nothing: MXNet's fix_gamma ignores it, whatever it
     * is (MXNet, BatchNorm operator, parameter fix_gamma).
     */
    Activation addWithoutScale(String path, double epsilon, Activation x) {
        if (weights.holds(path + ".weight")) {
            weights.take(path + ".weight", List.of(x.channels()));
        }
        if (weights.holds(path + ".bias")) {
            sketch.parameter(path + ".bias", x.channels());
        } else {
            sketch.constant(path + ".bias", () -> filled(x.channels().value(), 0));
        }
        sketch.parameter(path + ".running_mean", x.channels());
        sketch.parameter(path + ".running_var", x.channels());
        String one = sketch.constant(path + "/scale", () -> filled(x.channels().value(), 1));
        return add(path, epsilon, one, x);
    }

    private Activation add(String path, double epsilon, String gamma, Activation x) {
        List<String> inputs = List.of(x.value(), gamma, path + ".bias", path + ".running_mean", path + ".running_var");
        sketch.add("BatchNormalization", path, inputs, Map.of("epsilon", Attribute.of(epsilon)));
        return new Activation(path, x.shape(), x.option());
    }

    private static Tensor filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return Tensor.ofFloats(Shape.of(size), values);
    }
}
