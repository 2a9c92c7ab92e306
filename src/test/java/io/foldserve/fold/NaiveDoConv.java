package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;

/**
 * The kernel of a DO-Conv layer, straight from the formula of the PyTorch reference: output o and local input channel c
 * of a layer with g groups use row {@code (o mod g)·(I/g) + c} of D.
 */
final class NaiveDoConv {
    private final Tensor w;
    private final double[] pointwise;
    private final double[] depthwise;
    private final int groups;

    NaiveDoConv(Graph training, String layer, int groups) {
        this.groups = groups;
        this.w = training.constant(layer + ".W").orElseThrow();
        this.pointwise = w.toDoubles();
        this.depthwise = training.constant(layer + ".D").map(Tensor::toDoubles).orElseGet(() -> new double[0]);
    }

    double kernel(int o, int c, int tap) {
        double sum = 0;
        for (int s = 0; s < multiplier(); s++) {
            sum += factor(o, c, tap, s) * pointwise[w(o, c, s)];
        }
        return sum;
    }

    double magnitude(int o, int c, int tap) {
        double sum = 0;
        for (int s = 0; s < multiplier(); s++) {
            sum += Math.abs(factor(o, c, tap, s) * pointwise[w(o, c, s)]);
        }
        return sum;
    }

    private double factor(int o, int c, int tap, int s) {
        if (depthwise.length == 0) {
            return 1;
        }
        int inputs = w.shape().extent(1) * groups;
        int taps = depthwise.length / inputs / multiplier();
        int row = o % groups * w.shape().extent(1) + c;
        boolean diagonal = s / taps < multiplier() / taps && s % taps == tap;
        return depthwise[(row * taps + tap) * multiplier() + s] + (diagonal ? 1 : 0);
    }

    private int multiplier() {
        return w.shape().extent(2);
    }

    private int w(int o, int c, int s) {
        return (o * w.shape().extent(1) + c) * multiplier() + s;
    }
}
