package io.foldserve.session;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Random;

/** Seeded tensors of normally distributed numbers. */
final class RandomTensor {
    private RandomTensor() {}

    static Tensor of(Shape shape, int seed) {
        Random random = new Random(seed);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(shape, values);
    }
}
