package io.foldserve.fold.rule;

import io.foldserve.fold.term.Term;

/**
 * R12: a fully connected layer after another becomes one.
 *
 * <p>Algebra: {@code W₂(W₁x + b₁) + b₂}: {@code W = W₂W₁}, {@code b = b₂ + W₂b₁}. The composition is that of
 * {@link ComposeConvolutions} without spatial axes; always exact. Means of heads and scaled differences of branches are sums
 * of such terms, see {@link SumTerms} and {@link PostAffine}.
 *
 * <p>Source: Guo et al., "ExpandNets", arXiv 1811.10495, section 3 (expanding fully connected layers).
 */
public final class CombineLinear {
    public static final String NAME = "linear";

    private CombineLinear() {}

    /** {@code outer} after {@code inner}, neither of which has a spatial axis. */
    public static Term apply(Term outer, Term inner) {
        return ComposeConvolutions.apply(outer, inner);
    }
}
