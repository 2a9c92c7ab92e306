package io.foldserve.architecture.convention;

import io.foldserve.architecture.declare.Permutation;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A tensor of a checkpoint in PyTorch's layout. Its elements are put in that order only when they are asked for, so
 * that of a checkpoint with another layout no second copy is made before the network's own.
 *
 * @param shape the shape in PyTorch's layout
 * @param dtype the type that is stored
 * @param elements makes the tensor
 * @param otherwise the tensor if its layer is of another kind, which the checkpoint does not say
 */
public record StoredTensor(Shape shape, DType dtype, Supplier<Tensor> elements, Optional<StoredTensor> otherwise) {

    /** {@code tensor} as it is. */
    public static StoredTensor of(Tensor tensor) {
        return new StoredTensor(tensor.shape(), tensor.dtype(), () -> tensor, Optional.empty());
    }

    /** {@code tensor} under another shape of the same size. */
    public static StoredTensor reshaped(Tensor tensor, Shape shape) {
        return new StoredTensor(shape, tensor.dtype(), () -> tensor.reshape(shape), Optional.empty());
    }

    /** {@code tensor} with its axes in the order {@code axes}, then under the shape {@code shape}. */
    public static StoredTensor permuted(Tensor tensor, Shape shape, int... axes) {
        return new StoredTensor(
                shape, tensor.dtype(), () -> Permutation.of(tensor, axes).reshape(shape), Optional.empty());
    }

    /** This tensor, unless only the other kind of layer has the {@code expected} extents. */
    public StoredTensor as(List<Integer> expected) {
        return shape.extents().equals(expected)
                ? this
                : otherwise
                        .filter(other -> other.shape().extents().equals(expected))
                        .orElse(this);
    }

    /** This tensor, or else {@code other} if the layer is of another kind. */
    public StoredTensor or(StoredTensor other) {
        return new StoredTensor(shape, dtype, elements, Optional.of(other));
    }
}
