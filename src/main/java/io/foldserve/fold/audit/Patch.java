package io.foldserve.fold.audit;

import io.foldserve.fold.term.Row;

/**
 * What one output position of a layer reads: a value for each input channel and tap, 0 where a tap falls outside the
 * input. Immutable; belongs to one measurement.
 */
final class Patch {
    private final boolean border;
    private final int taps;
    private final double[] values;

    /** Takes over {@code values}, input channel by input channel. */
    public Patch(boolean border, int taps, double[] values) {
        this.border = border;
        this.taps = taps;
        this.values = values;
    }

    /** True when a tap falls outside the input. */
    public boolean border() {
        return border;
    }

    /** The value that tap {@code a} reads in input channel {@code channel}, counted over all groups. */
    public double at(int channel, int a) {
        return values[channel * taps + a];
    }

    /** What {@code row} makes of it: {@code y = b + Σ K·x}, channel {@code first} being the first that is read. */
    public double through(Row row, int first) {
        double[] kernel = row.kernel();
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
            sum += kernel[i] * values[first * taps + i];
        }
        return sum + row.bias();
    }

    /**
     * {@code Σ|K||x| + |b|} of {@code row} here: the scale against which an error of {@link #through} is judged. Its
     * numbers are {@link LargestErrors#counted} for {@code least}.
     */
    public double magnitude(Row row, int first, double least) {
        double[] kernel = row.kernel();
        double sum = LargestErrors.counted(row.bias(), least);
        for (int i = 0; i < kernel.length; i++) {
            sum += LargestErrors.counted(kernel[i], least) * Math.abs(values[first * taps + i]);
        }
        return sum;
    }
}
