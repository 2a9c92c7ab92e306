package io.foldserve.fold.term;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The numbers of a linear operator as its node holds them. Immutable.
 *
 * @param kernel K in the operator's own layout
 * @param bias {@code [O]}
 */
public record StoredNumbers(Tensor kernel, Tensor bias) {
    /**
     * Composes {@code weights} row by row, in parallel, and stores each element once; the kernel is never held whole in
     * another type.
     *
     * @param layout where each element of the kernel lies
     * @param shape the kernel's
     * @param dtype FLOAT64 to keep what was composed, FLOAT32, FLOAT16 or BFLOAT16 to round it
     */
    public static StoredNumbers of(Weights weights, KernelLayout layout, Shape shape, DType dtype) {
        Elements kernel = new Elements(dtype, shape);
        Elements bias = new Elements(dtype, Shape.of(layout.outputs()));
        IntStream.range(0, layout.outputs()).parallel().forEach(o -> {
            Row row = weights.row(o);
            put(row.kernel(), o, layout, kernel);
            bias.put(o, row.bias());
        });
        return new StoredNumbers(kernel.tensor(), bias.tensor());
    }

    private static void put(double[] row, int o, KernelLayout layout, Elements kernel) {
        for (int c = 0, i = 0; c < layout.groupInputs(); c++) {
            int to = layout.index(o, c, 0);
            for (int a = 0; a < layout.taps(); a++) {
                kernel.put(to + a, row[i++]);
            }
        }
    }
}
