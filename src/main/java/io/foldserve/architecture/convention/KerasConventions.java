package io.foldserve.architecture.convention;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names and layouts of Keras and TensorFlow in PyTorch's terms:
 *
 * <ul>
 *   <li>{@code a/b/kernel} is a.b.weight: of a convolution (M, N, I/g, O) becomes (O, I/g, M, N); of a dense layer (I,
 *   O) becomes (O, I); {@code depthwise_kernel} (M, N, I, k) becomes (I·k, 1, M, N). Keras 3 calls the last one
 *   {@code kernel} too, so that such a kernel is either, as the architecture says.
 *   <li>{@code gamma}, {@code beta}, {@code moving_mean} and {@code moving_variance} are a batch norm's weight, bias,
 *       running_mean and running_var; one that was trained without scale or without centre has γ = 1 or β = 0.
 *   <li>A DO-Conv layer's {@code kernel} or {@code W}, (S, I/g, O), is W (O, I/g, S), and D (M·N, S, I) becomes
 *       (I, M·N, S) with its rows in the paper's order; see {@link DepthwiseRows}. No diagonal is stored.
 *   <li>Whole numbers that stand alone count steps of training, and are left out.
 * </ul>
 */
final class KerasConventions {
    private final Checkpoint checkpoint;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private KerasConventions(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** {@code checkpoint}, of Keras or TensorFlow, under PyTorch's names and in its layout. */
    static StoredTensors translated(Checkpoint checkpoint) {
        KerasConventions conventions = new KerasConventions(checkpoint);
        checkpoint.tensors().forEach((name, tensor) -> {
            if (tensor.shape().rank() > 0 || tensor.dtype().isFloating()) {
                conventions.put(name, tensor);
            }
        });
        return new StoredTensors(checkpoint.source(), checkpoint.framework(), conventions.tensors);
    }

    private void put(String name, Tensor tensor) {
        String layer = name.substring(0, name.lastIndexOf('/') + 1);
        String path = layer.replace('/', '.');
        String variable = name.substring(layer.length());
        switch (variable) {
            case "kernel", "W" -> putKernel(path, variable, tensor);
            case "depthwise_kernel" -> put(path + "weight", isKernel(tensor) ? depthwise(tensor) : as(tensor));
            case "D" -> put(path + "D", diagonalRows(layer, tensor));
            case "gamma" -> put(path + "weight", as(tensor));
            case "beta" -> put(path + "bias", as(tensor));
            case "gamma_or_beta" -> put(path + "weight_or_bias", as(tensor));
            case "moving_mean" -> {
                put(path + "running_mean", as(tensor));
                if (checkpoint.find(layer + "gamma_or_beta").isEmpty()) {
                    fill(layer + "gamma", path + "weight", tensor.shape(), 1);
                    fill(layer + "beta", path + "bias", tensor.shape(), 0);
                }
            }
            case "moving_variance" -> put(path + "running_var", as(tensor));
            default -> put(path + variable, as(tensor));
        }
    }

    private static StoredTensor as(Tensor tensor) {
        return StoredTensor.of(tensor);
    }

    // Two layers whose names differ in / and . only are both kept, the second for the architecture to refuse.
    private void put(String name, StoredTensor tensor) {
        String free = name;
        while (tensors.containsKey(free)) {
            free += "'";
        }
        tensors.put(free, tensor);
    }

    private void fill(String absent, String name, Shape shape, float value) {
        boolean affine = checkpoint.find(absent).isPresent();
        if (!affine && shape.rank() == 1) {
            put(name, new StoredTensor(shape, DType.FLOAT32, () -> filled(shape, value), Optional.empty()));
        }
    }

    private static Tensor filled(Shape shape, float value) {
        float[] values = new float[shape.size()];
        Arrays.fill(values, value);
        return Tensor.ofFloats(shape, values);
    }

    private void putKernel(String path, String variable, Tensor kernel) {
        Shape shape = kernel.shape();
        switch (shape.rank()) {
            case 2 ->
                put(path + "weight", StoredTensor.permuted(kernel, Shape.of(shape.extent(1), shape.extent(0)), 1, 0));
            case 3 ->
                put(
                        path + "W",
                        StoredTensor.permuted(
                                kernel, Shape.of(shape.extent(2), shape.extent(1), shape.extent(0)), 2, 1, 0));
            case 4 -> put(path + "weight", isKernel(kernel) ? eitherConvolution(kernel) : as(kernel));
            default -> put(path + variable, as(kernel));
        }
    }

    private static boolean isKernel(Tensor tensor) {
        return tensor.shape().rank() == 4 && tensor.shape().size() > 0;
    }

    // With one output a convolution over several taps is rarer than a depthwise one with one output per channel.
    private static StoredTensor eitherConvolution(Tensor kernel) {
        Shape shape = kernel.shape();
        StoredTensor dense = StoredTensor.permuted(
                kernel, Shape.of(shape.extent(3), shape.extent(2), shape.extent(0), shape.extent(1)), 3, 2, 0, 1);
        StoredTensor depthwise = depthwise(kernel);
        boolean single = shape.extent(3) == 1 && shape.extent(0) * shape.extent(1) > 1;
        return single ? depthwise.or(dense) : dense.or(depthwise);
    }

    private static StoredTensor depthwise(Tensor kernel) {
        Shape shape = kernel.shape();
        Shape perChannel = Shape.of(shape.extent(2) * shape.extent(3), 1, shape.extent(0), shape.extent(1));
        return StoredTensor.permuted(kernel, perChannel, 2, 3, 0, 1);
    }

    private StoredTensor diagonalRows(String layer, Tensor d) {
        Optional<Integer> groupInputs = checkpoint
                .find(layer + "kernel")
                .or(() -> checkpoint.find(layer + "W"))
                .map(Tensor::shape)
                .filter(shape -> shape.rank() == 3)
                .map(shape -> shape.extent(1));
        return DepthwiseRows.stored(d, groupInputs);
    }
}
