package io.foldserve.fold.rule;

import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.Optional;

/**
 * R2: an affine map of each channel before a convolution or matrix product becomes part of it.
 *
 * <p>Algebra: {@code K·(t⊙x + c) + b}: {@code K'[o,i,a] = K[o,i,a]·t[i]}, {@code b'[o] = b[o] + Σ_{i,a} K[o,i,a]·c[i]}. The
 * composition is that of {@link ComposeConvolutions} with a diagonal inner kernel.
 *
 * <p>Exact for any scale; for a shift only without padding, or with one that copies what is inside, because the shift does not
 * reach into padded zeros.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2, substituted into the convolution.
 */
public final class PreAffine {
    public static final String NAME = "pre-affine";

    private PreAffine() {}

    /** Why {@code outer}, the term of {@code node}, cannot take in {@code affine}, that of the node {@code before}, if so. */
    public static Optional<String> whyNot(Node node, String before, Term outer, Term affine) {
        if (!outer.source().border().isZero() || outer.source().isSpread()) {
            return ComposeConvolutions.whyNot(node, before, outer, affine);
        }
        return affine.biased() && outer.pads()
                ? Optional.of(SequenceReasons.shiftAtBorder(node, before))
                : Optional.empty();
    }

    /** {@code outer} after {@code affine}, a diagonal term. */
    public static Term apply(Term outer, Term affine) {
        return ComposeConvolutions.apply(outer, affine);
    }
}
