package io.foldserve.fold;

import java.util.Optional;

/**
 * R2: an affine map of each channel before a convolution or matrix product becomes part of it.
 *
 * <p>Algebra: {@code K·(t⊙x + c) + b}: {@code K'[o,i,a] = K[o,i,a]·t[i]}, {@code b'[o] = b[o] + Σ_{i,a} K[o,i,a]·c[i]}. The
 * composition is that of {@link ComposeConvolutions} with a diagonal inner kernel.
 *
 * <p>Exact for any scale; for a shift only without padding, because the shift does not reach into padded zeros.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2, substituted into the convolution.
 */
final class PreAffine {
    static final String NAME = "pre-affine";

    private PreAffine() {}

    /** Why {@code outer} cannot take {@code affine} in, if so. */
    static Optional<String> whyNot(Term outer, Term affine) {
        return affine.biased() && outer.axes().stream().anyMatch(AxisTaps::pads)
                ? Optional.of("it shifts its input, and the convolution after it pads by zeros, which are not shifted")
                : Optional.empty();
    }

    /** {@code outer} after {@code affine}, a diagonal term. */
    static Term apply(Term outer, Term affine) {
        return ComposeConvolutions.apply(outer, affine);
    }
}
