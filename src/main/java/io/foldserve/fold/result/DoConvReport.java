package io.foldserve.fold.result;

import java.util.List;

/**
 * The over-parameterised kernel of a DO-Conv layer.
 *
 * @param w the shape of W: [O, I/g, S]
 * @param d the shape of D: [I, M·N, S]; empty for a 1×1 layer, which has no D
 * @param multiplier the depth multiplier D_mul, S
 * @param diagonal what is added to D
 */
public record DoConvReport(List<Integer> w, List<Integer> d, int multiplier, Diagonal diagonal) {

    /** Copies the lists. */
    public DoConvReport {
        w = List.copyOf(w);
        d = List.copyOf(d);
    }

    /** What is added to D. */
    public enum Diagonal {
        /** ⌊S/(M·N)⌋ identities side by side, then zeros: the reference's initial value. */
        TILED_IDENTITY,
        /** Something else: the checkpoint's d_diag was changed after initialisation, and is followed. */
        OTHER,
        /** Nothing: a 1×1 layer has no D. */
        NONE
    }
}
