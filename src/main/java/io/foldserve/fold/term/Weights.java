package io.foldserve.fold.term;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The numbers of a linear term in float64, computed row by row as they are read, so that a term of several steps holds
 * no kernel for each. Rows may be read from several threads.
 */
public final class Weights {
    private final int outputs;
    private final IntFunction<Row> rows;

    /** Computes the row of each of {@code outputs} output channels by {@code rows}, anew at each call. */
    public Weights(int outputs, IntFunction<Row> rows) {
        this.outputs = outputs;
        this.rows = rows;
    }

    /**
     * @param kernel row-major {@code [O, I/g, taps]}
     * @param bias one for each output channel
     */
    public Weights(double[] kernel, double[] bias) {
        this(bias.length, o -> {
            int run = kernel.length / bias.length;
            return new Row(Arrays.copyOfRange(kernel, o * run, (o + 1) * run), bias[o]);
        });
    }

    /** O. */
    public int outputs() {
        return outputs;
    }

    /** {@code K[o]} and {@code b[o]}. */
    public Row row(int o) {
        return rows.apply(o);
    }

    /** All rows, computed in parallel. */
    public Row[] all() {
        return IntStream.range(0, outputs).parallel().mapToObj(rows).toArray(Row[]::new);
    }

    /** The whole kernel, row-major {@code [O, I/g, taps]}. */
    public double[] kernel() {
        return Arrays.stream(all())
                .flatMapToDouble(row -> Arrays.stream(row.kernel()))
                .toArray();
    }

    /** One for each output channel. */
    public double[] bias() {
        return Arrays.stream(all()).mapToDouble(Row::bias).toArray();
    }
}
