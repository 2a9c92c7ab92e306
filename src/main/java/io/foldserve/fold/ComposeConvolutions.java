package io.foldserve.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * R8: one convolution after another becomes one.
 *
 * <p>Algebra, inner 1 and outer 2: {@code K[o, i, a₁·d₁ + s₁·d₂·a₂] += Σ_d K₂[o, d, a₂]·K₁[d, i, a₁]}, {@code b = b₂ + Σ_{d,a₂}
 * K₂[o, d, a₂]·b₁[d]}, {@code s = s₁s₂}, {@code p = p₁ + s₁p₂}, {@code g = gcd(g₁, g₂)}, each group on its own.
 *
 * <p>Exact if the outer one pads nothing, or pads zeros where the inner one, continued beyond its border, is zero too: its
 * bias is zero and its taps there all lie outside the input, as for a 1×1 kernel. A 1×1 convolution that pads and is then
 * shifted (the reference's border of BN(0)) meets an outer one without padding, and is exact.
 *
 * <p>Source: Guo et al., "ExpandNets", arXiv 1811.10495, section 3; Ding et al., "Diverse Branch Block", arXiv 2103.13425,
 * section 3.2, transform III; folding conditions checked there for mixed strides, dilations and groups.
 */
final class ComposeConvolutions {
    static final String NAME = "sequence";

    private ComposeConvolutions() {}

    /** Why {@code outer} after {@code inner} is no single term at the border, if so. */
    static Optional<String> whyNot(Term outer, Term inner) {
        for (int axis = 0; axis < outer.axes().size(); axis++) {
            AxisTaps two = outer.axes().get(axis);
            AxisTaps one = inner.axes().get(axis);
            if (two.pads() && inner.biased()) {
                return Optional.of("the second pads by zeros where the first has its bias");
            }
            boolean before = two.first() < 0 && one.last() >= one.stride();
            boolean behind = two.end() > 0 && one.end() < one.last() - one.first();
            if (before || behind) {
                return Optional.of("the second pads by zeros where the first still reads its input");
            }
        }
        return Optional.empty();
    }

    /** {@code outer} after {@code inner}, if {@link #whyNot} is empty. */
    static Term apply(Term outer, Term inner) {
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 0; axis < outer.axes().size(); axis++) {
            axes.add(outer.axes().get(axis).after(inner.axes().get(axis)));
        }
        int groups = AxisTaps.gcd(outer.groups(), inner.groups());
        boolean biased = outer.biased() || inner.biased();
        return new Term(
                inner.source(), outer.outputs(), inner.inputs(), groups, axes, false, biased, () -> new Composition(
                                outer, inner, axes, groups)
                        .compose());
    }

    /** One composition under way. */
    private static final class Composition {
        private final Term outer;
        private final Term inner;
        private final Weights two;
        private final double[] transposed;
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
            Weights one = inner.weights().get();
            transpose(one.kernel());
            int run = inner.inputs() / groups * taps;
            double[] kernel = new double[Math.multiplyExact(outer.outputs(), run)];
            double[] bias = two.bias().clone();
            IntStream.range(0, outer.outputs()).parallel().forEach(o -> {
                row(o, kernel);
                bias[o] += inner.biased() ? carried(o, one.bias()) : 0;
            });
            return new Weights(kernel, bias);
        }

        // [d, i, a] to [a, d, i], so that the innermost loop runs over neighbours.
        private void transpose(double[] kernel) {
            int pairs = inner.outputs() * inner.groupInputs();
            for (int a = 0; a < innerTaps; a++) {
                for (int pair = 0; pair < pairs; pair++) {
                    transposed[a * pairs + pair] = kernel[pair * innerTaps + a];
                }
            }
        }

        private void row(int o, double[] kernel) {
            int width = inner.inputs() / groups;
            double[][] sums = new double[taps][width];
            int first = Regroup.firstInput(outer.outputs(), outer.inputs(), outer.groups(), o);
            int base = Regroup.firstInput(outer.outputs(), inner.inputs(), groups, o);
            for (int c = 0; c < outer.groupInputs(); c++) {
                int shift = Regroup.firstInput(inner.outputs(), inner.inputs(), inner.groups(), first + c) - base;
                for (int b = 0; b < outerTaps; b++) {
                    double factor = two.kernel()[(o * outer.groupInputs() + c) * outerTaps + b];
                    for (int a = 0; a < innerTaps; a++) {
                        add(factor, a, first + c, sums[targets[b][a]], shift);
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                for (int a = 0; a < taps; a++) {
                    kernel[(o * width + i) * taps + a] = sums[a][i];
                }
            }
        }

        private void add(double factor, int a, int d, double[] sums, int shift) {
            int width = inner.groupInputs();
            int from = (a * inner.outputs() + d) * width;
            for (int i = 0; i < width; i++) {
                sums[shift + i] += factor * transposed[from + i];
            }
        }

        private double carried(int o, double[] bias) {
            int first = Regroup.firstInput(outer.outputs(), outer.inputs(), outer.groups(), o);
            double sum = 0;
            for (int c = 0; c < outer.groupInputs(); c++) {
                for (int b = 0; b < outerTaps; b++) {
                    sum += two.kernel()[(o * outer.groupInputs() + c) * outerTaps + b] * bias[first + c];
                }
            }
            return sum;
        }
    }
}
