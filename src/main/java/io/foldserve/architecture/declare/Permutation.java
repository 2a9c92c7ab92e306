package io.foldserve.architecture.declare;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;

/** Copies tensors with their axes in another order. */
public final class Permutation {
    private Permutation() {}

    /** {@code tensor} as float32 with axis i being its axis {@code axes[i]}. */
    public static Tensor of(Tensor tensor, int... axes) {
        Shape from = tensor.shape();
        int rank = axes.length;
        int[] extents = new int[rank];
        int[] steps = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            extents[axis] = from.extent(axes[axis]);
            steps[axis] = 1;
            for (int inner = axes[axis] + 1; inner < rank; inner++) {
                steps[axis] *= from.extent(inner);
            }
        }
        float[] values = tensor.toFloats();
        float[] permuted = new float[values.length];
        int[] place = new int[rank];
        int source = 0;
        for (int i = 0; i < permuted.length; i++) {
            permuted[i] = values[source];
            for (int axis = rank - 1; axis >= 0; axis--) {
                source += steps[axis];
                if (++place[axis] < extents[axis]) {
                    break;
                }
                source -= extents[axis] * steps[axis];
                place[axis] = 0;
            }
        }
        return Tensor.ofFloats(Shape.of(extents), permuted);
    }
}
