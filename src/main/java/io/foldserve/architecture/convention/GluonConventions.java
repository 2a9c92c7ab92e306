package io.foldserve.architecture.convention;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gluon's names and its layout of DO-Conv in PyTorch's terms: a batch norm's gamma and beta are its weight and bias,
 * and a DO-Conv layer's weight (O, I/g, M, N), whose last two axes are S = M·N, is W (O, I/g, S). D (M·N, S, I) becomes
 * (I, M·N, S) with its rows in the paper's order.
 *
 * <p>The GluonCV version of DO-Conv pairs channel c of group q with row c·g + q of D; the paper, q·(I/g) + c.
 */
final class GluonConventions {
    private GluonConventions() {}

    /** {@code checkpoint}, of {@link Framework#MXNET}, under PyTorch's names and in its layout. */
    static StoredTensors translated(Checkpoint stored) {
        Checkpoint checkpoint = ExportedGluonNames.areIn(stored)
                ? ExportedGluonNames.resolved(stored).orElse(stored)
                : stored;
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> {
            String path = name.substring(0, name.lastIndexOf('.') + 1);
            switch (name.substring(path.length())) {
                case "gamma" -> tensors.put(path + "weight", StoredTensor.of(tensor));
                case "beta" -> tensors.put(path + "bias", StoredTensor.of(tensor));
                case "weight" -> putKernel(path, tensor, checkpoint, tensors);
                case "D" -> tensors.put(name, diagonalRows(path, tensor, checkpoint));
                default -> tensors.put(name, StoredTensor.of(tensor));
            }
        });
        return new StoredTensors(checkpoint.source(), Framework.MXNET, tensors);
    }

    private static void putKernel(
            String path, Tensor weight, Checkpoint checkpoint, Map<String, StoredTensor> tensors) {
        Shape shape = weight.shape();
        if (checkpoint.find(path + "D").isPresent() && shape.rank() == 4) {
            Shape pair = Shape.of(shape.extent(0), shape.extent(1), shape.extent(2) * shape.extent(3));
            tensors.put(path + "W", StoredTensor.reshaped(weight, pair));
        } else {
            tensors.put(path + "weight", StoredTensor.of(weight));
        }
    }

    private static StoredTensor diagonalRows(String path, Tensor d, Checkpoint checkpoint) {
        Optional<Integer> groupInputs = checkpoint
                .find(path + "weight")
                .map(Tensor::shape)
                .filter(shape -> shape.rank() == 4)
                .map(shape -> shape.extent(1));
        return DepthwiseRows.stored(d, groupInputs);
    }
}
