package io.foldserve.architecture.convention;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/** Rearranges the D of DO-Conv as the TensorFlow and the GluonCV version store it. */
final class DepthwiseRows {
    private DepthwiseRows() {}

    /**
     * D of a layer with {@code groupInputs} input channels a group, as (I, M·N, S) in the paper's order; as it is, for
     * the architecture to refuse, if it fits no such layer.
     */
    static StoredTensor stored(Tensor d, Optional<Integer> groupInputs) {
        Shape shape = d.shape();
        int perGroup = groupInputs.orElse(0);
        boolean fits = shape.rank() == 3
                && perGroup > 0
                && shape.extent(2) % perGroup == 0
                && d.dtype().isFloating();
        Shape ordered = fits ? Shape.of(shape.extent(2), shape.extent(0), shape.extent(1)) : shape;
        return fits
                ? new StoredTensor(
                        ordered, DType.FLOAT32, () -> inPaperOrder(d, shape.extent(2) / perGroup), Optional.empty())
                : StoredTensor.of(d);
    }

    /**
     * {@code stored}, (M·N, S, I), as (I, M·N, S): row q·(I/g) + c is the stored column c·g + q, which both versions
     * pair with channel c of group q. FLOAT32.
     */
    private static Tensor inPaperOrder(Tensor stored, int groups) {
        int taps = stored.shape().extent(0);
        int multiplier = stored.shape().extent(1);
        int inputs = stored.shape().extent(2);
        int perGroup = inputs / groups;
        float[] from = stored.toFloats();
        float[] to = new float[from.length];
        for (int row = 0; row < inputs; row++) {
            int column = row % perGroup * groups + row / perGroup;
            for (int i = 0; i < taps * multiplier; i++) {
                to[row * taps * multiplier + i] = from[i * inputs + column];
            }
        }
        return Tensor.ofFloats(Shape.of(inputs, taps, multiplier), to);
    }
}
