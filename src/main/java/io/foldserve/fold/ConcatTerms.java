package io.foldserve.fold;

import java.util.Optional;

/**
 * R7: terms of the same value that are concatenated along the channels become one term.
 *
 * <p>Algebra: after {@link EmbedKernel} and {@link Regroup} to one group, {@code K = [K₁; K₂]} and {@code b = [b₁; b₂]},
 * stacked along the output channels. Exact; two kernels of unlike size never pay, which the cost test finds.
 *
 * <p>Source: the depth concatenation of Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transform IV.
 *
 * <p>Declines terms that read different values or have different strides.
 */
final class ConcatTerms {
    static final String NAME = "concat";

    private ConcatTerms() {}

    /** Why {@code [a; b]} is no single term, if so. */
    static Optional<String> whyNot(Term a, Term b) {
        return SumTerms.whyNot(a, b);
    }

    /** {@code [a; b]}, if {@link #whyNot} is empty. */
    static Term apply(Term a, Term b) {
        Term left = EmbedKernel.apply(Regroup.apply(a, 1), EmbedKernel.union(a, b));
        Term right = EmbedKernel.apply(Regroup.apply(b, 1), EmbedKernel.union(a, b));
        return new Term(
                a.source(),
                a.outputs() + b.outputs(),
                a.inputs(),
                1,
                left.axes(),
                false,
                a.biased() || b.biased(),
                () -> stack(left, right));
    }

    private static Weights stack(Term a, Term b) {
        Weights left = a.weights().get();
        Weights right = b.weights().get();
        return new Weights(a.outputs() + b.outputs(), o -> o < a.outputs() ? left.row(o) : right.row(o - a.outputs()));
    }
}
