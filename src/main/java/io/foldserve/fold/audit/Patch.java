package io.foldserve.fold.audit;

/**
 * What one output position of a layer reads: a value for each input channel and tap, 0 where a tap falls outside the
 * input. Immutable; belongs to one measurement.
 */
public final class Patch {
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

    /** The value number {@code index} of those of all taps in {@code channel} and the channels after it. */
    public double after(int channel, int index) {
        return values[channel * taps + index];
    }
}
