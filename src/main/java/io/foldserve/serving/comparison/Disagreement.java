package io.foldserve.serving.comparison;

import java.util.Comparator;

/**
 * A picture to which two variants gave different answers. Immutable.
 *
 * @param variant the number of the variant that is compared
 * @param name the picture's path within the set
 * @param truth the right answer, or empty text if it is not known
 * @param answer the variant's answer
 * @param baselineAnswer the baseline's answer
 * @param agreement the share of pixels that they agree on; 0 for classes
 */
public record Disagreement(
        int variant, String name, String truth, String answer, String baselineAnswer, double agreement) {
    /** Masks that differ most come first; classes in an order that is fixed, but not that of the names. */
    static final Comparator<Disagreement> ORDER = Comparator.comparingDouble(Disagreement::agreement)
            .thenComparingInt(disagreement -> disagreement.name().hashCode())
            .thenComparing(Disagreement::name);
}
