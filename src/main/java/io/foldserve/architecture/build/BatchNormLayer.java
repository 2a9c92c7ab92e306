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
    /** What Keras's files that number variables have where only one of scale and centre is there. */
    private static final String EITHER = ".weight_or_bias";

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
        boolean either = weights.holds(path + EITHER);
        boolean affine = weights.holds(gamma) || weights.holds(beta);
        boolean statistics = addStatistics(path, affine, x);
        if (either) {
            weights.drop(path);
            sketch.refuse(path + " has a scale or a centre and its file does not say which: set scale: false or "
                    + "center: false");
        } else if (affine || !statistics) {
            sketch.parameter(gamma, x.channels());
            sketch.parameter(beta, x.channels());
        } else {
            constant(gamma, 1, x);
            constant(beta, 0, x);
        }
        return add(path, epsilon, gamma, beta, x);
    }

    /**
     * Adds the batch norm at {@code path} without scale, without centre, or without both, as Keras's can be.
     *
     * @param scaled whether it has a γ
     * @param centred whether it has a β
     */
    Activation add(String path, double epsilon, boolean scaled, boolean centred, Activation x) {
        if (scaled && centred) {
            return add(path, epsilon, x);
        }
        addStatistics(path, scaled || centred, x);
        String gamma = scaled ? stored(path, ".weight", x) : neutral(path, ".weight", "scale: false", 1, x);
        String beta = centred ? stored(path, ".bias", x) : neutral(path, ".bias", "center: false", 0, x);
        return add(path, epsilon, gamma, beta, x);
    }

    /** Adds the running statistics; true if the checkpoint has any. */
    private boolean addStatistics(String path, boolean affine, Activation x) {
        String mean = path + ".running_mean";
        String variance = path + ".running_var";
        boolean statistics = weights.holds(mean) || weights.holds(variance);
        if (affine && !statistics) {
            sketch.refuse(
                    path + " has no running_mean and running_var: a batch norm that normalises by the batch's own "
                            + "statistics gives answers that depend on the other images in the batch");
        } else {
            sketch.parameter(mean, x.channels());
            sketch.parameter(variance, x.channels());
        }
        return statistics;
    }

    private String stored(String path, String name, Activation x) {
        return sketch.parameter(path + (weights.holds(path + EITHER) ? EITHER : name), x.channels());
    }

    /** A constant {@code value}; what is stored in its place must be the same. */
    private String neutral(String path, String name, String declared, float value, Activation x) {
        if (weights.holds(path + name)) {
            weights.take(path + name, List.of(x.channels()))
                    .filter(tensor -> !tensor.equals(filled(x.channels().value(), value)))
                    .ifPresent(tensor ->
                            sketch.refuse("%s is stored and not %s everywhere, expected none since %s is declared"
                                    .formatted(path + name, value == 0 ? "0" : "1", declared)));
        }
        return constant(path + "/" + name.substring(1), value, x);
    }

    private String constant(String name, float value, Activation x) {
        return sketch.constant(name, () -> filled(x.channels().value(), value));
    }

    /**
     * Adds the batch norm at {@code path} with γ = 1. A stored γ means nothing: MXNet's fix_gamma ignores it, whatever
     * it is (MXNet, BatchNorm operator, parameter fix_gamma).
     */
    Activation addWithoutScale(String path, double epsilon, Activation x) {
        if (weights.holds(path + ".weight")) {
            weights.take(path + ".weight", List.of(x.channels()));
        }
        if (weights.holds(path + ".bias")) {
            sketch.parameter(path + ".bias", x.channels());
        } else {
            constant(path + ".bias", 0, x);
        }
        sketch.parameter(path + ".running_mean", x.channels());
        sketch.parameter(path + ".running_var", x.channels());
        return add(path, epsilon, constant(path + "/scale", 1, x), path + ".bias", x);
    }

    private Activation add(String path, double epsilon, String gamma, String beta, Activation x) {
        List<String> inputs = List.of(x.value(), gamma, beta, path + ".running_mean", path + ".running_var");
        sketch.add("BatchNormalization", path, inputs, Map.of("epsilon", Attribute.of(epsilon)));
        return new Activation(path, x.shape(), x.option());
    }

    private static Tensor filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return Tensor.ofFloats(Shape.of(size), values);
    }
}
