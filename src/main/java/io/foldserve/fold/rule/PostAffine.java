package io.foldserve.fold.rule;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * An affine map of each channel after a sum of terms becomes part of the terms.
 *
 * <p>Algebra: {@code t[o]·Σ_j y_j[o] + c[o]}: {@code K_j' = t[o]·K_j}, {@code b_j' = t[o]·b_j}, and c is added to the
 * bias of the first term. It covers a batch norm, and a constant that is multiplied, divided by, added or subtracted in
 * either order. Exact at every position, the border included.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2; Ding et al., "Diverse Branch
 * Block", arXiv 2103.13425, section 3.2, transform I.
 */
public final class PostAffine {
    public static final String NAME = "post-affine";

    /** The rule's entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "An affine map of each channel after a sum of terms becomes part of the terms.",
            "Ioffe and Szegedy, \"Batch Normalization\", arXiv 1502.03167, algorithm 2; "
                    + "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2, transform I");

    private PostAffine() {}

    /** {@code affine}, a diagonal term, after the sum of {@code terms}. */
    public static List<Term> apply(Term affine, List<Term> terms) {
        List<Term> scaled = new ArrayList<>();
        for (Term term : terms) {
            boolean first = scaled.isEmpty();
            boolean biased = term.biased() || (first && affine.biased());
            scaled.add(term.with(biased, () -> scale(affine, term, first)));
        }
        return scaled;
    }

    private static Weights scale(Term affine, Term term, boolean shifts) {
        return scale(affine.weights().get(), term.weights().get(), shifts);
    }

    /** {@code own} after the affine {@code map}, which has one tap: {@code K' = t·K, b' = t·b + s}. */
    public static Weights scale(Weights map, Weights own) {
        return scale(map, own, true);
    }

    // s only if it shifts.
    private static Weights scale(Weights map, Weights own, boolean shifts) {
        return new Weights(own.outputs(), o -> scale(map.row(o), own.row(o), shifts));
    }

    private static Row scale(Row map, Row own, boolean shifts) {
        double factor = map.kernel()[0];
        double[] kernel = own.kernel().clone();
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] *= factor;
        }
        return new Row(kernel, factor * own.bias() + (shifts ? map.bias() : 0));
    }
}
