package io.foldserve.fold.audit;

import io.foldserve.fold.result.LayerErrors;

/** The largest errors of one region of a layer so far. Not thread-safe; belongs to one measurement. */
final class LargestErrors {
    // Sums below it are next to float32's subnormal numbers, which round with a larger relative error.
    private static final double NEGLIGIBLE = 1e-30;

    private double composition;
    private double rounding;

    /**
     * Takes one output in.
     *
     * @param trained as the training form computes it
     * @param exact as folded in float64
     * @param stored as folded with the rounded numbers
     * @param magnitude Σ|K||x| + |b| of the folded layer there
     */
    void add(double trained, double exact, double stored, double magnitude) {
        composition = larger(composition, trained - exact, magnitude);
        rounding = larger(rounding, stored - exact, magnitude + NEGLIGIBLE);
    }

    // Math.max hands a NaN on.
    private static double larger(double largest, double difference, double magnitude) {
        return difference == 0 ? largest : Math.max(largest, Math.abs(difference) / magnitude);
    }

    /** The errors, of {@code positions} positions. */
    LayerErrors.Region region(int positions) {
        return new LayerErrors.Region(positions, composition, rounding);
    }
}
