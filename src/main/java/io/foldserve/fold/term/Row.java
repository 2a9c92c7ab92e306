package io.foldserve.fold.term;

import io.foldserve.fold.audit.Patch;

/**
 * One output channel of a linear operator in float64: {@code y = b + Σ_{c,a} K[c,a]·x[c,a]} over the input channels c of its
 * group. Its numbers are taken over from whoever computed them, and not changed by those who read them.
 */
public final class Row {
    private final double[] kernel;
    private final double bias;

    /**
     * @param kernel row-major {@code [I/g, taps]}
     * @param bias 0 without one
     */
    public Row(double[] kernel, double bias) {
        this.kernel = kernel;
        this.bias = bias;
    }

    /** Row-major {@code [I/g, taps]}. */
    public double[] kernel() {
        return kernel;
    }

    public double bias() {
        return bias;
    }

    /** {@code y} at {@code x}, whose channel {@code first} is the first that is read. */
    public double at(Patch x, int first) {
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
            sum += kernel[i] * x.after(first, i);
        }
        return sum + bias;
    }

    /** {@code Σ|K||x| + |b|} at {@code x}: the scale against which an error of {@link #at} is judged. */
    public double magnitude(Patch x, int first) {
        double sum = Math.abs(bias);
        for (int i = 0; i < kernel.length; i++) {
            sum += Math.abs(kernel[i] * x.after(first, i));
        }
        return sum;
    }
}
