package io.foldserve.fold.cost;

import io.foldserve.fold.term.Term;

/**
 * What operators take to run on some machine: cost = multiply-accumulates · nanoseconds of their kind + bytes moved ·
 * nanoseconds of a byte + nanoseconds of a launch. Immutable.
 *
 * @param pointwise nanoseconds of a multiply-accumulate of a dense kernel of one tap
 * @param dense the same for a dense kernel of up to 9 taps, such as 3×3
 * @param large the same for a dense kernel of more taps
 * @param grouped the same for a kernel with groups of several input channels, but fewer than 32; larger groups run like
 *     dense kernels (measured: within 10 %)
 * @param depthwise the same for a kernel with groups of one input channel
 * @param product the same for a matrix product
 * @param moved nanoseconds of a byte read or written
 * @param launch nanoseconds that an operator takes besides
 */
public record CostModel(
        double pointwise,
        double dense,
        double large,
        double grouped,
        double depthwise,
        double product,
        double moved,
        double launch) {
    /**
     * Of no machine in particular, so that folds can be repeated anywhere: ONNX Runtime's CPU provider with one thread,
     * 64 channels of 56×56 in float32, to two digits.
     */
    public static final CostModel GENERIC = new CostModel(0.025, 0.022, 0.022, 0.030, 0.065, 0.025, 0.05, 2000);

    private static final int SMALL = 9;
    private static final int WIDE = 32;

    /** Refuses values that are not positive and finite. */
    public CostModel {
        for (double value : new double[] {pointwise, dense, large, grouped, depthwise, product, moved, launch}) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("expected positive costs in nanoseconds, found " + value);
            }
        }
    }

    /** The prices, in the order of the components. */
    public double[] prices() {
        return new double[] {pointwise, dense, large, grouped, depthwise, product, moved, launch};
    }

    /** Nanoseconds of a multiply-accumulate of {@code term}. */
    public double perMac(Term term) {
        if (term.axes().isEmpty() || term.source().last()) {
            return product;
        }
        if (term.groups() > 1 && term.groupInputs() < WIDE) {
            return term.groupInputs() == 1 ? depthwise : grouped;
        }
        if (term.taps() == 1) {
            return pointwise;
        }
        return term.taps() <= SMALL ? dense : large;
    }
}
