package io.foldserve.fold.rule;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import java.util.Arrays;
import java.util.List;

/** Terms of a value {@code x} with one spatial axis, whose numbers are written out in the test. */
final class Terms {
    private Terms() {}

    /** As many outputs as biases; zeros are no bias. */
    static Term of(int inputs, int groups, AxisTaps axis, double[] kernel, double... bias) {
        boolean biased = Arrays.stream(bias).anyMatch(b -> b != 0);
        return new Term(
                TermInput.of("x"),
                bias.length,
                inputs,
                groups,
                List.of(axis),
                false,
                biased,
                () -> new Weights(kernel, bias));
    }

    /** A row of numbers. */
    static double[] row(double... values) {
        return values;
    }

    /**
     * {@code count} neighbouring taps, the first at {@code first}, which keep the size if {@code end} makes up for it.
     */
    static AxisTaps taps(int first, int count, int end) {
        return new AxisTaps(first, 1, count, 1, end);
    }
}
