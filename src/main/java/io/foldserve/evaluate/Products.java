package io.foldserve.evaluate;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Gemm ({@code α·A'·B' + β·C}) and MatMul (NumPy's, batched). */
final class Products {
    private static final int[] SWAPPED = {1, 0};

    private Products() {}

    static Map<String, Kernel> kernels() {
        return Map.of("Gemm", Products::gemm, "MatMul", Products::matMul);
    }

    private static List<Tensor> gemm(Call call) {
        Node node = call.node();
        int m = call.output(0).extent(0);
        int n = call.output(0).extent(1);
        double[] left = oriented(call, 0, node.integer("transA", 0) != 0);
        double[] right = oriented(call, 1, node.integer("transB", 0) != 0);
        double[] result = new double[m * n];
        Matrix.multiplyAdd(left, 0, right, 0, result, 0, m, m == 0 ? 0 : left.length / m, n);
        double alpha = node.real("alpha", 1.0);
        double beta = node.real("beta", 1.0);
        double[] added = call.find(2)
                .map(addend -> Strided.broadcast(addend.toDoubles(), addend.shape(), call.output(0)))
                .orElseGet(() -> new double[result.length]);
        for (int i = 0; i < result.length; i++) {
            result[i] = alpha * result[i] + beta * added[i];
        }
        return call.like(0, result);
    }

    private static double[] oriented(Call call, int input, boolean transposed) {
        double[] values = call.doubles(input);
        return transposed ? Strided.permuted(values, call.shape(input), SWAPPED) : values;
    }

    private static List<Tensor> matMul(Call call) {
        Shape left = matrices(call.shape(0), true);
        Shape right = matrices(call.shape(1), false);
        int m = left.extent(-2);
        int k = left.extent(-1);
        int n = right.extent(-1);
        Shape batch = leading(left).broadcast(leading(right));
        double[] a = Strided.broadcast(call.doubles(0), left, append(batch, m, k));
        double[] b = Strided.broadcast(call.doubles(1), right, append(batch, k, n));
        double[] result = new double[batch.size() * m * n];
        for (int item = 0; item < batch.size(); item++) {
            Matrix.multiplyAdd(a, item * m * k, b, item * k * n, result, item * m * n, m, k, n);
        }
        return call.like(0, result);
    }

    /** A vector is a row on the left and a column on the right. */
    private static Shape matrices(Shape shape, boolean left) {
        if (shape.rank() > 1) {
            return shape;
        }
        return left ? Shape.of(1, shape.size()) : Shape.of(shape.size(), 1);
    }

    private static Shape leading(Shape shape) {
        return new Shape(shape.extents().subList(0, shape.rank() - 2));
    }

    private static Shape append(Shape batch, int rows, int columns) {
        int[] extents = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        extents[batch.rank()] = rows;
        extents[batch.rank() + 1] = columns;
        return Shape.of(extents);
    }
}
