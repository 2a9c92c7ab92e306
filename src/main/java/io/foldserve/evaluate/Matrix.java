package io.foldserve.evaluate;

/** The one inner loop that convolutions and products end in. */
final class Matrix {
    private Matrix() {}

    /**
     * Adds a product of row-major matrices: {@code out[m×n] += a[m×k]·b[k×n]}, from the given offsets.
     *
     * <p>Four rows of {@code b} at a time, along rows: contiguous loops that the compiler vectorises.
     */
    static void multiplyAdd(double[] a, int aAt, double[] b, int bAt, double[] out, int outAt, int m, int k, int n) {
        for (int row = 0; row < m; row++) {
            int target = outAt + row * n;
            int factor = aAt + row * k;
            int inner = 0;
            for (; inner + 4 <= k; inner += 4) {
                addFourRows(a, factor + inner, b, bAt + inner * n, out, target, n);
            }
            for (; inner < k; inner++) {
                addRow(a[factor + inner], b, bAt + inner * n, out, target, n);
            }
        }
    }

    private static void addFourRows(double[] a, int aAt, double[] b, int bAt, double[] out, int outAt, int n) {
        double first = a[aAt];
        double second = a[aAt + 1];
        double third = a[aAt + 2];
        double fourth = a[aAt + 3];
        for (int i = 0; i < n; i++) {
            out[outAt + i] += first * b[bAt + i]
                    + second * b[bAt + n + i]
                    + third * b[bAt + 2 * n + i]
                    + fourth * b[bAt + 3 * n + i];
        }
    }

    /** {@code out += factor·b} over {@code n} elements. */
    static void addRow(double factor, double[] b, int bAt, double[] out, int outAt, int n) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] += factor * b[bAt + i];
        }
    }
}
