package io.foldserve.serving.prepared;

/**
 * What a proof was asked for.
 *
 * @param tolerance the largest difference that is still rounding, as {@code foldserve.proof.tolerance}
 * @param probes how many images are run, as {@code foldserve.proof.probes}
 */
public record Terms(double tolerance, int probes) {
    /** Whether a proof on these terms is one on {@code other} terms too. */
    boolean satisfy(Terms other) {
        return tolerance <= other.tolerance && probes >= other.probes;
    }
}
