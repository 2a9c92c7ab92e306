package io.foldserve.evaluate;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;

/** BatchNormalization at inference: {@code y = γ·(x − μ)/√(σ² + ε) + β} per channel (axis 1). */
final class BatchNormalization implements Kernel {
    @Override
    public List<Tensor> run(Call call) {
        call.check(call.node().integer("training_mode", 0) == 0, "training_mode 0", "training_mode 1");
        double epsilon = call.node().real("epsilon", 1e-5);
        double[] values = call.doubles(0);
        double[] scale = call.doubles(1);
        double[] shift = call.doubles(2);
        double[] mean = call.doubles(3);
        double[] variance = call.doubles(4);
        Shape shape = call.shape(0);
        int plane = shape.size() / Math.max(1, shape.extent(0) * shape.extent(1));
        for (int i = 0; i < values.length; i++) {
            int channel = i / plane % shape.extent(1);
            values[i] = scale[channel] * ((values[i] - mean[channel]) / Math.sqrt(variance[channel] + epsilon))
                    + shift[channel];
        }
        return call.real(values);
    }
}
