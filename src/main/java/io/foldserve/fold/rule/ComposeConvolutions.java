package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.RowProduct;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One convolution after another becomes one.
 *
 * <p>Algebra, inner 1 and outer 2: {@code K[o, i, a₁·d₁ + s₁·d₂·a₂] += Σ_d K₂[o, d, a₂]·K₁[d, i, a₁]}, {@code b = b₂ +
 * Σ_{d,a₂} K₂[o, d, a₂]·b₁[d]}, {@code s = s₁s₂}, {@code p = p₁ + s₁p₂}, {@code g = gcd(g₁, g₂)}, each group on its
 * own.
 *
 * <p>Exact if the outer one pads nothing, or pads zeros where the inner one, continued beyond its border, is zero too:
 * its bias is zero and its taps there all lie outside the input, as for a 1×1 kernel. A 1×1 convolution that pads and
 * is then shifted (the reference's border of BN(0)) meets an outer one without padding, and is exact.
 *
 * <p>A padding that copies the edge, reflects or wraps around changes places with a map of each position, bias
 * included, and may not read what another padding made.
 *
 * <p>A transposed convolution is a convolution, with the kernel turned around, of its input with zeros between the
 * positions. What follows it composes as ever; before it a map of each position does, if it leaves zeros zero.
 *
 * <p>Source: Guo et al., "ExpandNets", arXiv 1811.10495, section 3; Ding et al., "Diverse Branch Block", arXiv
 * 2103.13425, section 3.2, transform III; folding conditions checked there for mixed strides, dilations and groups.
 */
public final class ComposeConvolutions {
    public static final String NAME = "sequence";

    /** The rule's entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "One convolution after another becomes one.",
            "Guo et al., \"ExpandNets\", arXiv 1811.10495, section 3; "
                    + "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2, transform III");

    private ComposeConvolutions() {}

    /**
     * Why {@code outer}, the term of {@code node}, after {@code inner}, that of the node {@code before}, is no single
     * term, if so.
     */
    public static Optional<String> whyNot(Node node, String before, Term outer, Term inner) {
        if (outer.source().isUpsampled()) {
            return whyNotSpread(node, before, inner);
        }
        Optional<String> border = whyNotBorder(node, before, outer, inner);
        if (border.isPresent() || !outer.source().border().isZero()) {
            return border;
        }
        for (int axis = 0; axis < outer.axes().size(); axis++) {
            AxisTaps two = outer.axes().get(axis);
            AxisTaps one = inner.axes().get(axis);
            if (two.pads() && inner.biased()) {
                return Optional.of(biasAtBorder(node, before));
            }
            boolean earlier = two.first() < 0 && one.last() >= one.stride();
            boolean behind = two.end() > 0 && one.end() < one.last() - one.first();
            if (earlier || behind) {
                return Optional.of(Reasons.inputAtBorder(node, before));
            }
        }
        return Optional.empty();
    }

    // Zeros between the positions stay zeros under a map of each position without a bias.
    private static Optional<String> whyNotSpread(Node node, String before, Term inner) {
        return inner.isPointwise() && !inner.biased() && !inner.source().isUpsampled()
                ? Optional.empty()
                : Optional.of(Reasons.beforeTransposed(node, before));
    }

    private static Optional<String> whyNotBorder(Node node, String before, Term outer, Term inner) {
        Border border = outer.source().border();
        if (!border.isZero() && !(border.copies() && inner.isPointwise())) {
            return Optional.of(beforeBorder(node, before, border));
        }
        return outer.pads() && !inner.source().border().isZero()
                ? Optional.of(Reasons.inputAtBorder(node, before))
                : Optional.empty();
    }

    /** {@code outer} after {@code inner}, if {@link #whyNot} is empty. */
    public static Term apply(Term outer, Term inner) {
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 0; axis < outer.axes().size(); axis++) {
            axes.add(outer.axes().get(axis).after(inner.axes().get(axis)));
        }
        int groups = AxisTaps.gcd(outer.groups(), inner.groups());
        boolean biased = outer.biased() || inner.biased();
        TermInput source = inner.source().inside(outer.source());
        return new Term(source, outer.outputs(), inner.inputs(), groups, axes, false, biased, () -> new Composition(
                        outer, inner, axes, groups)
                .compose());
    }

    /** One composition under way: the inner kernel is held whole, the outer one read row by row. */
    private static final class Composition {
        private final Term outer;
        private final Term inner;
        private final Weights two;
        private final double[] transposed;
        private final double[] innerBias;
        private final int groups;
        private final int[][] targets;
        private final int taps;
        private final int innerTaps;
        private final int outerTaps;

        Composition(Term outer, Term inner, List<AxisTaps> axes, int groups) {
            this.outer = outer;
            this.inner = inner;
            this.two = outer.weights().get();
            this.groups = groups;
            this.taps = axes.stream().mapToInt(AxisTaps::count).reduce(1, Math::multiplyExact);
            this.innerTaps = inner.taps();
            this.outerTaps = outer.taps();
            this.targets = targets(axes);
            this.transposed = new double[inner.outputs() * inner.groupInputs() * inner.taps()];
            this.innerBias = new double[inner.outputs()];
        }

        private int[][] targets(List<AxisTaps> axes) {
            int[][] flat = new int[outerTaps][innerTaps];
            for (int b = 0; b < flat.length; b++) {
                for (int a = 0; a < flat[b].length; a++) {
                    int[] offsets = inner.offsets(a);
                    int[] outside = outer.offsets(b);
                    for (int axis = 0; axis < offsets.length; axis++) {
                        offsets[axis] += inner.axes().get(axis).stride() * outside[axis];
                    }
                    flat[b][a] = Term.flat(axes, offsets);
                }
            }
            return flat;
        }

        Weights compose() {
            transpose(inner.weights().get().all());
            return new Weights(outer.outputs(), this::row);
        }

        // [d, i, a] to [a, d, i], so that the innermost loop runs over neighbours.
        private void transpose(Row[] rows) {
            int width = inner.groupInputs();
            for (int d = 0; d < rows.length; d++) {
                innerBias[d] = rows[d].bias();
                for (int a = 0; a < innerTaps; a++) {
                    for (int i = 0; i < width; i++) {
                        transposed[(a * rows.length + d) * width + i] = rows[d].kernel()[i * innerTaps + a];
                    }
                }
            }
        }

        private Row row(int o) {
            Row own = two.row(o);
            int width = inner.inputs() / groups;
            double[][] sums = new double[taps][width];
            int first = Term.firstInput(outer.outputs(), outer.inputs(), outer.groups(), o);
            int base = Term.firstInput(outer.outputs(), inner.inputs(), groups, o);
            int block = inner.outputs() / inner.groups();
            for (int c = 0; c < outer.groupInputs(); ) {
                int count = Math.min(outer.groupInputs() - c, block - (first + c) % block);
                int shift = Term.firstInput(inner.outputs(), inner.inputs(), inner.groups(), first + c) - base;
                add(own.kernel(), c, first + c, count, sums, shift);
                c += count;
            }
            return new Row(interleaved(sums), own.bias() + carried(own.kernel(), first));
        }

        // The channels d to d + count between the two, all of one group of the inner one: a few of them for all taps,
        // so that
        // their rows of the inner kernel stay in the nearest cache.
        private void add(double[] kernel, int c, int d, int count, double[][] sums, int shift) {
            int width = inner.groupInputs();
            double[] factors = new double[RowProduct.ROWS];
            for (int done = 0; done < count; done += RowProduct.ROWS) {
                int rows = Math.min(RowProduct.ROWS, count - done);
                for (int b = 0; b < outerTaps; b++) {
                    for (int i = 0; i < rows; i++) {
                        factors[i] = kernel[(c + done + i) * outerTaps + b];
                    }
                    for (int a = 0; a < innerTaps; a++) {
                        int from = (a * inner.outputs() + d + done) * width;
                        RowProduct.add(factors, rows, transposed, from, sums[targets[b][a]], shift, width);
                    }
                }
            }
        }

        private double[] interleaved(double[][] sums) {
            double[] kernel = new double[sums[0].length * taps];
            for (int i = 0, at = 0; i < sums[0].length; i++) {
                for (int a = 0; a < taps; a++) {
                    kernel[at++] = sums[a][i];
                }
            }
            return kernel;
        }

        private double carried(double[] kernel, int first) {
            double sum = 0;
            if (inner.biased()) {
                for (int c = 0; c < outer.groupInputs(); c++) {
                    for (int b = 0; b < outerTaps; b++) {
                        sum += kernel[c * outerTaps + b] * innerBias[first + c];
                    }
                }
            }
            return sum;
        }
    }

    private static String biasAtBorder(Node node, String before) {
        return ("%s pads with zeros where %s before it has its bias, so that no one kernel is right at the border; "
                        + "train with the padding on %s to fold.")
                .formatted(at(node), before, before);
    }

    private static String beforeBorder(Node node, String before, Border border) {
        return "%s pads by %s, and %s before it does not commute with that; train with the padding before %s to fold."
                .formatted(at(node), border, before, before);
    }
}
