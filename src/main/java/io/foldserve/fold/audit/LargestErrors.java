package io.foldserve.fold.audit;

import io.foldserve.fold.result.LayerErrors;

/** The largest errors of one region of a layer so far. Not thread-safe; belongs to one measurement. */
final class LargestErrors {
    private double composition;
    private double rounding;

    /**
     * Takes one output in.
     *
     * @param trained as the training form computes it
     * @param exact as folded in float64
     * @param stored as folded with the rounded numbers
     * @param magnitude Σ|K||x| + |b| of the folded layer there, its numbers as {@link #counted} says
     */
    void add(double trained, double exact, double stored, double magnitude) {
        composition = larger(composition, trained - exact, magnitude);
        rounding = larger(rounding, stored - exact, magnitude);
    }

    /**
     * The absolute value of a number that is rounded to a type whose least normal number is {@code least}, for a sum to
     * judge errors against: numbers below that are rounded as coarsely as it, but 0 exactly.
     */
    static double counted(double value, double least) {
        return value == 0 ? 0 : Math.max(Math.abs(value), least);
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
