package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.result.RuleEntry;
import java.util.List;
import java.util.Optional;

/**
 * A kernel that is computed from constants only is computed once, in float64.
 *
 * <p>Algebra: {@code K = f(θ)} for the stored tensors θ becomes the constant K; always exact. Reported as
 * {@code do-conv} when f is the DO-Conv composition (see {@link DoConvProgram} for its formula and source), else as
 * {@code weight-program}.
 *
 * <p>Declines a kernel that depends on data, as {@link LinearOperators} says.
 */
public final class WeightProgram {
    /** The name under which a report says why a linear operator stays as it is. */
    public static final String NAME = "weight-program";

    private static final String DO_CONV = "do-conv";

    /** The entries in the glossary, one for each name under which a report has it. */
    static final List<RuleEntry> ENTRIES = List.of(
            new RuleEntry(
                    DO_CONV,
                    "A kernel that DO-Conv composes of two is computed once, in float64.",
                    "Cao et al., \"DO-Conv\", arXiv 2006.12030, section 3.2"),
            new RuleEntry(
                    NAME,
                    "A kernel that is computed from constants only is computed once, in float64.",
                    "evaluation of a constant expression"));

    private WeightProgram() {}

    /** The name under which a report says that {@code kernel} is computed; empty for a stored one. */
    static Optional<String> of(ConstantValues constants, String kernel) {
        if (!constants.isComputed(kernel)) {
            return Optional.empty();
        }
        return Optional.of(constants.isDoConv(kernel) ? DO_CONV : NAME);
    }
}
