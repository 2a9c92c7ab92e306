package io.foldserve.fold.rule;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A kernel is embedded in a larger one by writing zeros between and around its taps.
 *
 * <p>Algebra: {@code K'[o,c,a'] = K[o,c,a]} where tap a' of the larger kernel has the offset of tap a, else 0. Exact
 * everywhere, because both read zeros outside the input: only offsets count, not paddings.
 *
 * <p>Source: the centred embedding of 1×K, K×1 and 1×1 kernels of Ding et al., "ACNet", arXiv 1908.03930, section 3.2,
 * for any offsets and dilations.
 *
 * <p>Declines kernels of different strides.
 */
final class EmbedKernel {
    private EmbedKernel() {}

    /** Why {@code a} and {@code b} fit no common kernel, if so. */
    static Optional<String> whyNot(Term a, Term b) {
        for (int axis = 0; axis < a.axes().size(); axis++) {
            int stride = a.axes().get(axis).stride();
            int other = b.axes().get(axis).stride();
            if (stride != other) {
                return Optional.of(strides(stride, other));
            }
        }
        return Optional.empty();
    }

    /** The taps of both. */
    static List<AxisTaps> union(Term a, Term b) {
        List<AxisTaps> union = new ArrayList<>();
        for (int axis = 0; axis < a.axes().size(); axis++) {
            union.add(a.axes().get(axis).union(b.axes().get(axis)));
        }
        return union;
    }

    /** {@code term} with the taps {@code axes}, which contain its own. */
    static Term apply(Term term, List<AxisTaps> axes) {
        return axes.equals(term.axes())
                ? term
                : new Term(
                        term.source(),
                        term.outputs(),
                        term.inputs(),
                        term.groups(),
                        axes,
                        false,
                        term.biased(),
                        () -> embed(term, axes));
    }

    private static Weights embed(Term term, List<AxisTaps> axes) {
        Weights own = term.weights().get();
        int larger = axes.stream().mapToInt(AxisTaps::count).reduce(1, Math::multiplyExact);
        int[] targets = new int[term.taps()];
        Arrays.setAll(targets, a -> Term.flat(axes, term.offsets(a)));
        return new Weights(term.outputs(), o -> embed(own.row(o), targets, larger));
    }

    private static Row embed(Row own, int[] targets, int larger) {
        double[] kernel = new double[own.kernel().length / targets.length * larger];
        for (int i = 0, c = 0; i < own.kernel().length; c++) {
            for (int target : targets) {
                kernel[c * larger + target] = own.kernel()[i++];
            }
        }
        return new Row(kernel, own.bias());
    }

    private static String strides(int left, int right) {
        return "they have strides %d and %d, expected equal ones".formatted(left, right);
    }
}
