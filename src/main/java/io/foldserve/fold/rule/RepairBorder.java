package io.foldserve.fold.rule;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A convolution that pads by zeros, after a shift or a biased 1×1 convolution, becomes one convolution and a map of
 * biases.
 *
 * <p>Algebra: zero padding cuts the inner bias b₁ off at the border and leaves it inside, so it is b₁ times a plane of
 * ones that is padded by zeros: {@code K₂∗(K₁x + b₁·1) + b₂ = (K₂∘K₁)∗x + B∗1 + b₂}, {@code B[o, 0, a] = Σ_d K₂[o, d,
 * a]·b₁[d]}. Where the extents are fixed, B∗1 is a constant with (p_t+1+p_b)(p_l+1+p_r) distinct values for each
 * channel, and is added; where they are open it is a convolution of one channel of ones. Exact at every position.
 *
 * <p>Source: the linearity of convolution; that a bias inside reaches the padding is Ding et al., "Diverse Branch
 * Block", arXiv 2103.13425, section 3.2, which pads by the bias instead.
 *
 * <p>Declines what differs at the border by more than a constant: an inner kernel that still reads its input where the
 * outer one pads, or an inner one that pads itself. Whether it pays is for the cost test.
 */
public final class RepairBorder {
    public static final String NAME = "border";

    /** The rule's entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "A kernel that pads with zeros, after a biased one, becomes one kernel and a map of biases.",
            "the linearity of convolution; " + "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2");

    private RepairBorder() {}

    /**
     * Why the border of {@code outer}, the term of {@code node}, after {@code inner}, that of the node {@code before},
     * differs by more than a constant, if so.
     */
    public static Optional<String> whyNot(Node node, String before, Term outer, Term inner) {
        boolean aligned =
                inner.axes().stream().allMatch(axis -> axis.count() == 1 && axis.first() == 0 && axis.end() == 0);
        if (!aligned || !inner.source().commuted().isEmpty()) {
            return Optional.of(Reasons.inputAtBorder(node, before));
        }
        return outer.source().isUpsampled()
                ? Optional.of(Reasons.beforeTransposed(node, before))
                : ComposeConvolutions.whyNot(node, before, outer, unbiased(inner));
    }

    /**
     * {@code outer} after {@code inner} as the sum of two terms, if {@link #whyNot} is empty.
     *
     * @param extents those of what {@code inner} reads, if they are fixed
     */
    public static List<Term> apply(Term outer, Term inner, Optional<List<Integer>> extents) {
        Term kernel = ComposeConvolutions.apply(outer, unbiased(inner));
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 0; axis < outer.axes().size(); axis++) {
            axes.add(outer.axes().get(axis).after(inner.axes().get(axis)));
        }
        TermInput ones = inner.source().asOnes(extents);
        Term map = new Term(ones, outer.outputs(), 1, 1, axes, false, false, () -> carried(outer, inner));
        return List.of(kernel, map);
    }

    private static Term unbiased(Term term) {
        return term.with(false, () -> new Weights(term.weights().get().kernel(), new double[term.outputs()]));
    }

    private static Weights carried(Term outer, Term inner) {
        double[] two = outer.weights().get().kernel();
        double[] bias = inner.weights().get().bias();
        int taps = outer.taps();
        double[] kernel = new double[outer.outputs() * taps];
        for (int o = 0; o < outer.outputs(); o++) {
            int first = Term.firstInput(outer.outputs(), outer.inputs(), outer.groups(), o);
            for (int c = 0; c < outer.groupInputs(); c++) {
                for (int a = 0; a < taps; a++) {
                    kernel[o * taps + a] += two[(o * outer.groupInputs() + c) * taps + a] * bias[first + c];
                }
            }
        }
        return new Weights(kernel, new double[outer.outputs()]);
    }
}
