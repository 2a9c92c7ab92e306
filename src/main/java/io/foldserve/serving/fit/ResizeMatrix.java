package io.foldserve.serving.fit;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;

/**
 * Resizing along one axis as a matrix, for operator sets whose Resize knows no half-pixel centres. Row i says which of
 * the {@code from} positions output position i is made of, and by how much.
 */
final class ResizeMatrix {
    private ResizeMatrix() {}

    /**
     * The matrix {@code [to, from]}.
     *
     * @param linear whether output i lies between two positions, at {@code (i + ½)·from/to − ½} and not before the
     *     first; else it is the position {@code ⌊i·from/to⌋}
     */
    static Tensor of(int from, int to, boolean linear) {
        float[] weights = new float[to * from];
        for (int i = 0; i < to; i++) {
            double at = linear ? Math.max(0, (i + 0.5) * from / to - 0.5) : Math.floor((double) i * from / to);
            int low = Math.min((int) at, from - 1);
            int high = Math.min(low + 1, from - 1);
            double share = at - low;
            weights[i * from + low] += (float) (1 - share);
            weights[i * from + high] += (float) share;
        }
        return Tensor.ofFloats(Shape.of(to, from), weights);
    }

    /** The matrix {@code [from, to]} that does so from the right. */
    static Tensor transposed(int from, int to, boolean linear) {
        float[] rows = of(from, to, linear).toFloats();
        float[] columns = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            columns[i % from * to + i / from] = rows[i];
        }
        return Tensor.ofFloats(Shape.of(from, to), columns);
    }
}
