package io.foldserve.architecture;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;

/** Rearranges the D of DO-Conv as the TensorFlow and the GluonCV version store it. */
final class DepthwiseRows {
    private DepthwiseRows() {}

    /**
     * {@code stored}, (M·N, S, I), as (I, M·N, S): row q·(I/g) + c is the stored column c·g + q, which both versions pair with
     * channel c of group q. FLOAT32.
     */
    static Tensor inPaperOrder(Tensor stored, int groups) {
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
