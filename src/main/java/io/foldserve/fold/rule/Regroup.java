package io.foldserve.fold.rule;

import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;

/**
 * A grouped kernel is written with fewer groups, as a block-diagonal kernel.
 *
 * <p>Algebra: for g' dividing g, {@code K'[o, c', a] = K[o, c, a]} where c' within the larger group is the input
 * channel that c is within the smaller one, else 0. Always exact; it multiplies the work by g/g', which the cost test
 * weighs.
 *
 * <p>Source: Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2 (group-wise convolutions).
 */
public final class Regroup {
    private Regroup() {}

    /** {@code term} with {@code groups} groups, a divisor of its own. */
    public static Term apply(Term term, int groups) {
        return groups == term.groups()
                ? term
                : new Term(
                        term.source(),
                        term.outputs(),
                        term.inputs(),
                        groups,
                        term.axes(),
                        false,
                        term.biased(),
                        () -> widen(term, groups));
    }

    private static Weights widen(Term term, int groups) {
        Weights own = term.weights().get();
        int wide = term.inputs() / groups * term.taps();
        return new Weights(term.outputs(), o -> {
            Row row = own.row(o);
            int from = Term.firstInput(term.outputs(), term.inputs(), term.groups(), o);
            int base = Term.firstInput(term.outputs(), term.inputs(), groups, o);
            double[] kernel = new double[wide];
            System.arraycopy(row.kernel(), 0, kernel, (from - base) * term.taps(), row.kernel().length);
            return new Row(kernel, row.bias());
        });
    }
}
