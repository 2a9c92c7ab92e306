package io.foldserve.fold.term;

/** The inner loop of composing two convolutions. */
public final class RowProduct {
    private RowProduct() {}

    /** How many rows of the matrix are added at a time at most. */
    public static final int ROWS = 4;

    /**
     * Adds a row times a row-major matrix: {@code out[i] += Σ_d row[d]·matrix[d, i]} for i below {@code width} and d
     * below {@code rows}.
     *
     * <p>All rows of the matrix at once, along rows: a contiguous loop that the compiler vectorises.
     *
     * @param rows at most {@value #ROWS}
     * @param from where the matrix starts in its array
     * @param to where the result starts in its array
     */
    public static void add(double[] row, int rows, double[] matrix, int from, double[] out, int to, int width) {
        if (rows == ROWS) {
            addFour(row, matrix, from, out, to, width);
            return;
        }
        for (int d = 0; d < rows; d++) {
            addOne(row[d], matrix, from + d * width, out, to, width);
        }
    }

    private static void addFour(double[] row, double[] matrix, int from, double[] out, int to, int width) {
        double first = row[0];
        double second = row[1];
        double third = row[2];
        double fourth = row[3];
        for (int i = 0; i < width; i++) {
            out[to + i] += first * matrix[from + i]
                    + second * matrix[from + width + i]
                    + third * matrix[from + 2 * width + i]
                    + fourth * matrix[from + 3 * width + i];
        }
    }

    private static void addOne(double factor, double[] matrix, int from, double[] out, int to, int width) {
        for (int i = 0; i < width; i++) {
            out[to + i] += factor * matrix[from + i];
        }
    }
}
