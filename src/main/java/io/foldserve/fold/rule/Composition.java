package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * What one term after others is called, by the geometry of both: the first kind that fits. The arithmetic of all is
 * that of {@link ComposeConvolutions}.
 */
enum Composition {
    /** A term of a selection of channels reads what is selected from. */
    SELECTION,

    /**
     * An affine map of each channel before a convolution or matrix product becomes part of it: {@code K·(t⊙x + c) + b},
     * {@code K'[o,i,a] = K[o,i,a]·t[i]}, {@code b'[o] = b[o] + Σ_{i,a} K[o,i,a]·c[i]}. Exact for any scale; for a shift
     * only without padding, or with one that copies what is inside, because the shift does not reach into padded zeros.
     * Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2, substituted into the
     * convolution.
     */
    PRE_AFFINE,

    /**
     * A fully connected layer after another becomes one: {@code W = W₂W₁}, {@code b = b₂ + W₂b₁}. Source: Guo et al.,
     * "ExpandNets", arXiv 1811.10495, section 3.
     */
    LINEAR,

    /** One convolution after another becomes one, see {@link ComposeConvolutions}. */
    SEQUENCE;

    private static final RuleEntry PRE_AFFINE_ENTRY = new RuleEntry(
            "pre-affine",
            "An affine map of each channel before a kernel becomes part of it.",
            "Ioffe and Szegedy, \"Batch Normalization\", arXiv 1502.03167, algorithm 2, substituted into the "
                    + "convolution");

    private static final RuleEntry LINEAR_ENTRY = new RuleEntry(
            "linear",
            "A fully connected layer after another becomes one.",
            "Guo et al., \"ExpandNets\", arXiv 1811.10495, section 3");

    /** The kind of {@code outer} after the terms {@code inner}. */
    static Composition of(Term outer, List<Term> inner) {
        return List.of(values()).stream()
                .filter(kind -> kind.fits(outer, inner))
                .findFirst()
                .orElseThrow();
    }

    private boolean fits(Term outer, List<Term> inner) {
        return switch (this) {
            case SELECTION -> inner.stream().allMatch(Term::identity);
            case PRE_AFFINE -> inner.stream().allMatch(Term::isDiagonal);
            case LINEAR -> outer.axes().isEmpty() || outer.source().last();
            case SEQUENCE -> true;
        };
    }

    /** The name of the rule in reports. */
    String rule() {
        return entry().name();
    }

    /** The rule's entry in the glossary. */
    RuleEntry entry() {
        return switch (this) {
            case SELECTION -> SelectChannels.ENTRY;
            case PRE_AFFINE -> PRE_AFFINE_ENTRY;
            case LINEAR -> LINEAR_ENTRY;
            case SEQUENCE -> ComposeConvolutions.ENTRY;
        };
    }

    /**
     * Why {@code outer}, the term of {@code node}, after {@code inner}, that of the node {@code before}, is no one
     * term, if so.
     */
    Optional<String> whyNot(Node node, String before, Term outer, Term inner) {
        if (inner.identity()) {
            return Optional.empty();
        }
        boolean shifted = this == PRE_AFFINE
                && outer.source().border().isZero()
                && !outer.source().isUpsampled();
        if (!shifted) {
            return ComposeConvolutions.whyNot(node, before, outer, inner);
        }
        return inner.biased() && outer.pads() ? Optional.of(shiftAtBorder(node, before)) : Optional.empty();
    }

    /** {@code outer} after {@code inner}; only if {@link #whyNot} is empty. */
    Term apply(Term outer, Term inner) {
        return inner.identity()
                ? outer.reading(
                        inner.source().inside(outer.source()), outer.axes().size())
                : ComposeConvolutions.apply(outer, inner);
    }

    private static String shiftAtBorder(Node node, String before) {
        return ("%s pads with zeros, which %s before it does not shift as it shifts its input; train with the padding "
                        + "before %s to fold.")
                .formatted(at(node), before, before);
    }
}
