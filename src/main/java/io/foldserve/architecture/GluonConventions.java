package io.foldserve.architecture;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.format.Framework;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gluon's names and its layout of DO-Conv in PyTorch's terms: a batch norm's gamma and beta are its weight and bias, and a
 * DO-Conv layer's weight (O, I/g, M, N), whose last two axes are S = M·N, is W (O, I/g, S). D (M·N, S, I) becomes
 * (I, M·N, S) with its rows in the paper's order.
 *
 * <p>The GluonCV version of DO-Conv pairs channel c of group q with row c·g + q of D; the paper, q·(I/g) + c.
 */
final class GluonConventions {
    private GluonConventions() {}

    /** {@code checkpoint}, of {@link Framework#MXNET}, under PyTorch's names and in its layout. */
    static Checkpoint translated(Checkpoint stored) {
        Checkpoint checkpoint = ExportedGluonNames.areIn(stored)
                ? ExportedGluonNames.resolved(stored).orElse(stored)
                : stored;
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> {
            String path = name.substring(0, name.lastIndexOf('.') + 1);
            switch (name.substring(path.length())) {
                case "gamma" -> tensors.put(path + "weight", tensor);
                case "beta" -> tensors.put(path + "bias", tensor);
                case "weight" -> putKernel(path, tensor, checkpoint, tensors);
                case "D" -> tensors.put(name, diagonalRows(path, tensor, checkpoint));
                default -> tensors.put(name, tensor);
            }
        });
        return new Checkpoint(checkpoint.source(), Framework.MXNET, tensors, checkpoint.metadata());
    }

    private static void putKernel(String path, Tensor weight, Checkpoint checkpoint, Map<String, Tensor> tensors) {
        boolean pair = checkpoint.find(path + "D").isPresent() && weight.shape().rank() == 4;
        Shape shape = weight.shape();
        tensors.put(
                path + (pair ? "W" : "weight"),
                pair
                        ? weight.reshape(Shape.of(shape.extent(0), shape.extent(1), shape.extent(2) * shape.extent(3)))
                        : weight);
    }

    // A D that fits no weight stays as it is, for the architecture to refuse.
    private static Tensor diagonalRows(String path, Tensor d, Checkpoint checkpoint) {
        Optional<Integer> groupInputs = checkpoint
                .find(path + "weight")
                .map(Tensor::shape)
                .filter(shape -> shape.rank() == 4 && shape.extent(1) > 0)
                .map(shape -> shape.extent(1));
        boolean fits = d.shape().rank() == 3
                && groupInputs.isPresent()
                && d.shape().extent(2) % groupInputs.get() == 0
                && d.dtype().isFloating();
        return fits ? DepthwiseRows.inPaperOrder(d, d.shape().extent(2) / groupInputs.get()) : d;
    }
}
