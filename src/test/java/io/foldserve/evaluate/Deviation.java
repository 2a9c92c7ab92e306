package io.foldserve.evaluate;

import io.foldserve.tensor.Tensor;
import java.util.function.IntPredicate;

/**
 * The largest differences between two results, relative to a magnitude, in the interior and on the border apart.
 *
 * @param interior the largest relative difference in the interior, 0 if it is empty
 * @param border the largest relative difference on the border, 0 if it is empty
 */
record Deviation(double interior, double border) {

    /**
     * How far {@code actual} is from {@code expected}, element by element relative to {@code magnitude}; an element of
     * magnitude 0 must be equal, else it deviates infinitely, and NaN always does unless both are NaN.
     *
     * @param interior for each element's row-major index whether it is in the interior
     * @throws IllegalArgumentException if the three shapes differ
     */
    static Deviation of(Tensor actual, Tensor expected, Tensor magnitude, IntPredicate interior) {
        if (!actual.shape().equals(expected.shape()) || !actual.shape().equals(magnitude.shape())) {
            throw new IllegalArgumentException(
                    "cannot compare %s with %s relative to %s".formatted(actual, expected, magnitude));
        }
        double[] left = actual.toDoubles();
        double[] right = expected.toDoubles();
        double[] unit = magnitude.toDoubles();
        double inside = 0;
        double outside = 0;
        for (int i = 0; i < left.length; i++) {
            double relative = relative(left[i], right[i], unit[i]);
            if (interior.test(i)) {
                inside = Math.max(inside, relative);
            } else {
                outside = Math.max(outside, relative);
            }
        }
        return new Deviation(inside, outside);
    }

    private static double relative(double actual, double expected, double unit) {
        if (Double.compare(actual, expected) == 0 || actual == expected) {
            return 0;
        }
        double relative = Math.abs(actual - expected) / unit;
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }

    /** The larger of the two. */
    public double largest() {
        return Math.max(interior, border);
    }
}
