package io.foldserve.serving.calibration;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.SplittableRandom;

/** What timed operators read and multiply with: normally distributed values, the same for the same seed. */
final class NormalTensor {
    private NormalTensor() {}

    /** Values of mean 0 and standard deviation {@code deviation}. */
    static Tensor of(Shape shape, long seed, double deviation) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.ofFloats(shape, values);
    }
}
