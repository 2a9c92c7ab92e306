package io.foldserve.fold.rule;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The term of a selection or permutation P of channels: it changes places with the term before it, or becomes part of
 * the kernel of the term after it.
 *
 * <p>Algebra: {@code P(K·x + b) = (PK)·x + Pb} takes rows of the kernel; where P moves the outputs of whole groups,
 * {@code PK = K'Q} with the groups in P's order and Q the same permutation of the groups' inputs, so that K' has as
 * many inputs in a group as K. And {@code K·(Px) = (KP)·x}: {@code K'[o, P(c), a] += K[o, c, a]}. Both widen the groups
 * until each output's inputs lie in its own; always exact. Whether a permutation is cheaper in the kernel or written
 * out is left to the cost test.
 *
 * <p>Source: Li et al., "PSConv", arXiv 2007.06191, section 3.2 (cyclic shifts of channel groups); Zhang et al.,
 * "ShuffleNet", arXiv 1707.01083, section 3.1 (channel shuffle as a permutation).
 */
public final class SelectChannels {
    public static final String NAME = "selection";

    /** The rule's entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "A selection of channels changes places with the term before it, or becomes part of the kernel after it.",
            "Li et al., \"PSConv\", arXiv 2007.06191, section 3.2; "
                    + "Zhang et al., \"ShuffleNet\", arXiv 1707.01083, section 3.1");

    private SelectChannels() {}

    /** The channels {@code picked} of {@code inner}. */
    public static Term after(Channels picked, Term inner) {
        if (inner.identity()) {
            return Term.identity(
                    inner.source().picking(picked), picked.size(), inner.axes().size());
        }
        int block = inner.outputs() / inner.groups();
        return inner.groups() == 1
                ? rows(picked, inner)
                : picked.blocks(block)
                        .map(groups -> groups(picked, groups, inner))
                        .orElseGet(() -> rows(picked, inner));
    }

    private static Term groups(Channels picked, Channels groups, Term inner) {
        return new Term(
                inner.source().picking(groups.widened(inner.groupInputs())),
                picked.size(),
                groups.size() * inner.groupInputs(),
                groups.size(),
                inner.axes(),
                false,
                inner.biased(),
                () -> {
                    Weights own = inner.weights().get();
                    return new Weights(
                            picked.size(), j -> own.row(picked.picked().get(j)));
                });
    }

    private static Term rows(Channels picked, Term inner) {
        IntUnaryOperator first = j -> Term.firstInput(
                inner.outputs(), inner.inputs(), inner.groups(), picked.picked().get(j));
        int[][] reach = new int[picked.size()][];
        Arrays.setAll(reach, j -> new int[] {first.applyAsInt(j), first.applyAsInt(j) + inner.groupInputs() - 1});
        int groups = groups(reach, inner.inputs());
        return new Term(
                inner.source(),
                picked.size(),
                inner.inputs(),
                groups,
                inner.axes(),
                false,
                inner.biased(),
                () -> rows(picked, inner, groups, first));
    }

    private static Weights rows(Channels picked, Term inner, int groups, IntUnaryOperator first) {
        Weights own = inner.weights().get();
        int wide = inner.inputs() / groups * inner.taps();
        return new Weights(picked.size(), j -> {
            Row row = own.row(picked.picked().get(j));
            int base = Term.firstInput(picked.size(), inner.inputs(), groups, j);
            double[] kernel = new double[wide];
            int to = (first.applyAsInt(j) - base) * inner.taps();
            System.arraycopy(row.kernel(), 0, kernel, to, row.kernel().length);
            return new Row(kernel, row.bias());
        });
    }

    /** {@code term} reading all channels of its value, the selection being part of its kernel. */
    public static Term absorb(Term term) {
        return term.source().channels().map(picked -> absorb(term, picked)).orElse(term);
    }

    private static Term absorb(Term term, Channels picked) {
        int[][] reach = new int[term.outputs()][];
        Arrays.setAll(reach, o -> reach(inputs(term, picked, o)));
        int groups = groups(reach, picked.of());
        return new Term(
                term.source().whole(),
                term.outputs(),
                picked.of(),
                groups,
                term.axes(),
                false,
                term.biased(),
                () -> spread(term, picked, groups));
    }

    private static List<Integer> inputs(Term term, Channels picked, int o) {
        int first = Term.firstInput(term.outputs(), term.inputs(), term.groups(), o);
        return picked.picked().subList(first, first + term.groupInputs());
    }

    private static int[] reach(List<Integer> inputs) {
        return new int[] {
            inputs.stream().mapToInt(Integer::intValue).min().orElse(0),
            inputs.stream().mapToInt(Integer::intValue).max().orElse(0)
        };
    }

    // The most groups in which every output finds all that it reaches.
    private static int groups(int[][] reach, int inputs) {
        int groups = AxisTaps.gcd(reach.length, inputs);
        while (!holds(reach, inputs, groups)) {
            groups = nextDivisor(groups);
        }
        return groups;
    }

    private static boolean holds(int[][] reach, int inputs, int groups) {
        int width = inputs / groups;
        int outputs = reach.length / groups;
        for (int o = 0; o < reach.length; o++) {
            if (reach[o][0] / width != o / outputs || reach[o][1] / width != o / outputs) {
                return false;
            }
        }
        return true;
    }

    private static int nextDivisor(int number) {
        int divisor = number - 1;
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    private static Weights spread(Term term, Channels picked, int groups) {
        Weights own = term.weights().get();
        int taps = term.taps();
        int wide = Math.multiplyExact(picked.of() / groups, taps);
        return new Weights(term.outputs(), o -> {
            Row row = own.row(o);
            int base = Term.firstInput(term.outputs(), picked.of(), groups, o);
            double[] kernel = new double[wide];
            int from = 0;
            for (int input : inputs(term, picked, o)) {
                // A channel that is picked twice counts twice.
                for (int a = 0; a < taps; a++) {
                    kernel[(input - base) * taps + a] += row.kernel()[from++];
                }
            }
            return new Row(kernel, row.bias());
        });
    }
}
