package io.foldserve.fold.term;

/**
 * One output channel of a linear operator in float64: {@code y = b + Σ_{c,a} K[c,a]·x[c,a]} over the input channels c
 * of its group. Its numbers are taken over from whoever computed them, and not changed by those who read them.
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
}
