package io.foldserve.evaluate;

import io.foldserve.graph.Window;
import java.util.Arrays;

/**
 * Where the taps of a {@link Window} read: for each tap and output position the input position, or -1 in the padding.
 *
 * <p>Positions are flattened: the last spatial axis gives the columns, all others together the rows. Immutable.
 */
final class Patches {
    private final int taps;
    private final int[][] rows;
    private final int[][] columns;

    private Patches(int taps, int[][] rows, int[][] columns) {
        this.taps = taps;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * The patches of {@code window} that {@code output} positions read from {@code input} positions, per spatial axis.
     */
    static Patches of(Window window, int[] input, int[] output) {
        int last = window.axes() - 1;
        int[][] rows = {{0}};
        for (int axis = 0; axis < last; axis++) {
            rows = product(rows, input[axis], sources(window, axis, input[axis], output[axis]));
        }
        int[][] columns = sources(window, last, input[last], output[last]);
        return new Patches(rows.length * columns.length, rows, columns);
    }

    private static int[][] sources(Window window, int axis, int input, int output) {
        int[][] sources = new int[window.kernel().get(axis)][output];
        for (int tap = 0; tap < sources.length; tap++) {
            int offset = tap * window.dilations().get(axis) - window.padsBegin().get(axis);
            for (int position = 0; position < output; position++) {
                int read = position * window.strides().get(axis) + offset;
                sources[tap][position] = read >= 0 && read < input ? read : -1;
            }
        }
        return sources;
    }

    private static int[][] product(int[][] outer, int extent, int[][] inner) {
        int[][] product = new int[outer.length * inner.length][];
        for (int i = 0; i < product.length; i++) {
            product[i] = product(outer[i / inner.length], extent, inner[i % inner.length]);
        }
        return product;
    }

    private static int[] product(int[] outer, int extent, int[] inner) {
        int[] product = new int[outer.length * inner.length];
        for (int i = 0; i < product.length; i++) {
            int high = outer[i / inner.length];
            int low = inner[i % inner.length];
            product[i] = high < 0 || low < 0 ? -1 : high * extent + low;
        }
        return product;
    }

    /** The number of taps. */
    int taps() {
        return taps;
    }

    /** The number of output rows. */
    int outputRows() {
        return rows[0].length;
    }

    /** The number of output columns. */
    int outputColumns() {
        return columns[0].length;
    }

    /** The input row that {@code tap} reads for output row {@code row}, or -1. */
    int row(int tap, int row) {
        return rows[tap / columns.length][row];
    }

    /**
     * The input columns that {@code tap} reads, one per output column, -1 in the padding. Shared: not to be written.
     */
    int[] columns(int tap) {
        return columns[tap % columns.length];
    }

    /**
     * Writes what {@code tap} reads for output rows {@code from} to {@code to} of the channel at {@code channelAt}, 0
     * in the padding.
     *
     * @param width the input's columns
     */
    void gather(double[] input, int channelAt, int width, int tap, int from, int to, double[] target, int targetAt) {
        int[] reads = columns(tap);
        int at = targetAt;
        for (int row = from; row < to; row++, at += reads.length) {
            int source = row(tap, row);
            if (source < 0) {
                Arrays.fill(target, at, at + reads.length, 0.0);
                continue;
            }
            int start = channelAt + source * width;
            for (int column = 0; column < reads.length; column++) {
                target[at + column] = reads[column] < 0 ? 0.0 : input[start + reads[column]];
            }
        }
    }
}
