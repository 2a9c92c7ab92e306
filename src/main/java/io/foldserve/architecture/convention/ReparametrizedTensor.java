package io.foldserve.architecture.convention;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The tensors that re-parameterisations stand for, computed in double precision and rounded to float32 once. Each is
 * empty if the shapes of its parts do not fit together.
 */
final class ReparametrizedTensor {
    private ReparametrizedTensor() {}

    /**
     * g·v/‖v‖ ({@code torch.nn.utils.weight_norm}; Salimans and Kingma, "Weight Normalization", equation 2): the norm
     * is over all axes but the one along which g has extents, or over all if it has none.
     */
    static Optional<StoredTensor> weightNorm(StoredTensor g, StoredTensor v) {
        Shape shape = v.shape();
        boolean single = g.shape().size() == 1;
        int axis = axis(g.shape(), shape);
        if (axis < 0 && !single) {
            return Optional.empty();
        }
        int extent = single ? 1 : shape.extent(axis);
        IntUnaryOperator slice = single ? i -> 0 : along(shape, axis);
        return Optional.of(
                made(shape, () -> normalised(g.elements().get(), v.elements().get(), extent, slice)));
    }

    private static float[] normalised(Tensor g, Tensor v, int extent, IntUnaryOperator slice) {
        float[] magnitudes = g.toFloats();
        float[] values = v.toFloats();
        double[] squares = new double[extent];
        for (int i = 0; i < values.length; i++) {
            squares[slice.applyAsInt(i)] += (double) values[i] * values[i];
        }
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int at = slice.applyAsInt(i);
            result[i] = (float) (values[i] * (magnitudes[at] / Math.sqrt(squares[at])));
        }
        return result;
    }

    /**
     * W/σ with σ = uᵀ·M·v ({@code torch.nn.utils.spectral_norm} in evaluation mode; Miyato et al., "Spectral
     * Normalization for Generative Adversarial Networks", section 2.1): M has W's output axis as rows, which is the
     * second of a transposed convolution.
     */
    static Optional<StoredTensor> spectralNorm(StoredTensor weight, StoredTensor u, StoredTensor v) {
        Shape shape = weight.shape();
        int rows = u.shape().size();
        boolean fits = shape.rank() > 1 && (long) rows * v.shape().size() == shape.size();
        if (!fits || (shape.extent(0) != rows && shape.extent(1) != rows)) {
            return Optional.empty();
        }
        int axis = shape.extent(0) == rows ? 0 : 1;
        return Optional.of(made(
                shape,
                () -> divided(
                        weight.elements().get().toFloats(),
                        u.elements().get().toFloats(),
                        v.elements().get().toFloats(),
                        shape,
                        axis)));
    }

    private static float[] divided(float[] values, float[] u, float[] v, Shape shape, int axis) {
        int inner = shape.size() / shape.extent(0) / (axis == 0 ? 1 : shape.extent(1));
        IntUnaryOperator row = along(shape, axis);
        double sigma = 0;
        for (int i = 0; i < values.length; i++) {
            int column = axis == 0 ? i % inner : i / (inner * shape.extent(1)) * inner + i % inner;
            sigma += (double) u[row.applyAsInt(i)] * values[i] * v[column];
        }
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) (values[i] / sigma);
        }
        return result;
    }

    /** The weights that a mask keeps ({@code torch.nn.utils.prune}). */
    static Optional<StoredTensor> pruned(StoredTensor weight, StoredTensor mask) {
        return weight.shape().equals(mask.shape())
                ? Optional.of(made(weight.shape(), () -> product(weight, mask)))
                : Optional.empty();
    }

    private static float[] product(StoredTensor weight, StoredTensor mask) {
        float[] result = weight.elements().get().toFloats();
        float[] kept = mask.elements().get().toFloats();
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) ((double) result[i] * kept[i]);
        }
        return result;
    }

    private static StoredTensor made(Shape shape, Supplier<float[]> values) {
        return new StoredTensor(shape, DType.FLOAT32, () -> Tensor.ofFloats(shape, values.get()), Optional.empty());
    }

    /** Each element's index along {@code axis}. */
    private static IntUnaryOperator along(Shape shape, int axis) {
        int stride = shape.strides()[axis];
        int extent = shape.extent(axis);
        return i -> i / stride % extent;
    }

    /** The only axis along which {@code g} has the extent of {@code v}, all its others being 1; −1 if there is none. */
    private static int axis(Shape g, Shape v) {
        if (g.rank() != v.rank()) {
            return -1;
        }
        for (int axis = 0; axis < g.rank(); axis++) {
            if (g.extent(axis) == v.extent(axis) && g.size() == v.extent(axis)) {
                return axis;
            }
        }
        return -1;
    }
}
