package io.foldserve.fold;

/** The numbers of a linear term in float64. Taken over from whoever computed them, and not changed by those who read them. */
final class Weights {
    private final double[] kernel;
    private final double[] bias;

    /**
     * @param kernel row-major {@code [O, I/g, taps]}
     * @param bias one for each output channel
     */
    Weights(double[] kernel, double[] bias) {
        this.kernel = kernel;
        this.bias = bias;
    }

    /** Row-major {@code [O, I/g, taps]}. */
    double[] kernel() {
        return kernel;
    }

    /** One for each output channel. */
    double[] bias() {
        return bias;
    }
}
