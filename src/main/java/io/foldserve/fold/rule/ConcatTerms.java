package io.foldserve.fold.rule;

import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Source;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import java.util.Optional;

/**
 * R7: terms of the same value that are concatenated along the channels become one term.
 *
 * <p>Algebra: after {@link EmbedKernel} and {@link Regroup} to one group, {@code K = [K₁; K₂]} and {@code b = [b₁; b₂]},
 * stacked along the output channels. Exact; two kernels of unlike size never pay, which the cost test finds.
 *
 * <p>Terms of different channels, as after a split, become the groups of one term that reads both selections: {@code g = g₁ +
 * g₂}, if their groups have the same extents. Selections of one value become one selection.
 *
 * <p>Source: the depth concatenation of Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transform IV.
 *
 * <p>Declines terms that read different values or have different strides, or pad with different borders.
 */
public final class ConcatTerms {
    public static final String NAME = "concat";

    private ConcatTerms() {}

    /** Why {@code [a; b]} is no single term, if so. */
    public static Optional<String> whyNot(Term a, Term b) {
        return SumTerms.whyNot(a, b);
    }

    /** {@code [a; b]}, if {@link #whyNot} is empty. */
    public static Term apply(Term a, Term b) {
        if (a.identity() && b.identity()) {
            Channels both = a.channels().and(b.channels());
            return Term.identity(
                    a.source().whole().picking(both), both.size(), a.axes().size());
        }
        if (a.source().channels().equals(b.source().channels())) {
            return stacked(Regroup.apply(a, 1), Regroup.apply(b, 1), a.source(), a.inputs(), 1);
        }
        return groupsAgree(a, b)
                ? stacked(
                        a,
                        b,
                        a.source().whole().picking(a.channels().and(b.channels())),
                        a.inputs() + b.inputs(),
                        a.groups() + b.groups())
                : apply(SelectChannels.absorb(a), SelectChannels.absorb(b));
    }

    private static boolean groupsAgree(Term a, Term b) {
        return a.groupInputs() == b.groupInputs() && a.outputs() / a.groups() == b.outputs() / b.groups();
    }

    private static Term stacked(Term a, Term b, Source source, int inputs, int groups) {
        Term left = EmbedKernel.apply(a, EmbedKernel.union(a, b));
        Term right = EmbedKernel.apply(b, EmbedKernel.union(a, b));
        return new Term(
                source.within(SumTerms.border(a, b)),
                a.outputs() + b.outputs(),
                inputs,
                groups,
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
