package io.foldserve.fold.rule;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import java.util.Optional;

/**
 * R6: terms that read the same value and are added become one term.
 *
 * <p>Algebra: after {@link EmbedKernel} and {@link Regroup} to {@code g' = gcd(g₁, g₂)}, and {@link SelectChannels} if they read
 * different channels, {@code K = K₁ + K₂} and {@code b =
 * b₁ + b₂}; a branch that is subtracted or scaled has been so already. Exact.
 *
 * <p>Source: the additivity of convolution, Ding et al., "ACNet", arXiv 1908.03930, equation 3; "RepVGG", arXiv
 * 2101.03697, section 3.3.
 *
 * <p>Declines terms that read different values, have different strides, or pad with different borders.
 */
public final class SumTerms {
    public static final String NAME = "sum";

    private SumTerms() {}

    /** Why {@code a + b} is no single term, if so. */
    public static Optional<String> whyNot(Term a, Term b) {
        if (!a.source().isSameValue(b.source())) {
            return Optional.of(
                    BranchReasons.values(a.source().value(), b.source().value()));
        }
        if (a.pads() && b.pads() && !a.source().border().equals(b.source().border())) {
            return Optional.of(
                    BranchReasons.borders(a.source().border(), b.source().border()));
        }
        return EmbedKernel.whyNot(a, b);
    }

    /** The border that {@code a} and {@code b} have in common: a term that pads nothing has any. */
    public static Border border(Term a, Term b) {
        return a.pads() ? a.source().border() : b.source().border();
    }

    /** {@code a + b}, if {@link #whyNot} is empty. */
    public static Term apply(Term a, Term b) {
        if (!a.source().channels().equals(b.source().channels())) {
            return apply(SelectChannels.absorb(a), SelectChannels.absorb(b));
        }
        int groups = AxisTaps.gcd(a.groups(), b.groups());
        Term left = EmbedKernel.apply(Regroup.apply(a, groups), EmbedKernel.union(a, b));
        Term right = EmbedKernel.apply(Regroup.apply(b, groups), EmbedKernel.union(a, b));
        Term sum = left.with(a.biased() || b.biased(), () -> add(left, right));
        return sum.reading(sum.source().within(border(a, b)), sum.axes().size());
    }

    private static Weights add(Term a, Term b) {
        Weights left = a.weights().get();
        Weights right = b.weights().get();
        return new Weights(a.outputs(), o -> sum(left.row(o), right.row(o)));
    }

    private static Row sum(Row a, Row b) {
        double[] sum = a.kernel().clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b.kernel()[i];
        }
        return new Row(sum, a.bias() + b.bias());
    }
}
