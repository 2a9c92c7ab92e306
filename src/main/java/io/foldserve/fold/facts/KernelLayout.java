package io.foldserve.fold.facts;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.function.IntFunction;

/**
 * How a linear operator stores its kernel {@code K[o, c, a]}: output channel o, input channel c within o's group, tap a
 * (row-major over the spatial axes; a single tap for Gemm and MatMul).
 *
 * @param inputMajor false for {@code [O, I/g, taps]} (Conv, Gemm with transB), true for {@code [I, O/g, taps]}
 *     (ConvTranspose, Gemm without transB, MatMul)
 * @param outputs O, all output channels
 * @param groupInputs I/g, the input channels that an output channel reads
 * @param groups g
 * @param taps kernel positions
 */
public record KernelLayout(boolean inputMajor, int outputs, int groupInputs, int groups, int taps) {

    /** The layout of {@code node}'s kernel of shape {@code kernel}. */
    public static KernelLayout of(Node node, Shape kernel) {
        int first = kernel.extent(0);
        int second = kernel.extent(1);
        int taps = first * second == 0 ? 0 : kernel.size() / (first * second);
        int groups = (int) node.integer("group", 1);
        return switch (node.op()) {
            case "Conv" -> new KernelLayout(false, first, second, groups, taps);
            case "ConvTranspose" -> new KernelLayout(true, second * groups, first / groups, groups, taps);
            case "Gemm" ->
                node.integer("transB", 0) == 1
                        ? new KernelLayout(false, first, second, 1, 1)
                        : new KernelLayout(true, second, first, 1, 1);
            case "MatMul" -> new KernelLayout(true, second, first, 1, 1);
            default -> throw new IllegalArgumentException(node + " has no kernel");
        };
    }

    /** O/g, the output channels of one group. */
    public int groupOutputs() {
        return outputs / groups;
    }

    /** The first input channel that output channel {@code o} reads. */
    public int firstInput(int o) {
        return o / groupOutputs() * groupInputs;
    }

    /** The number of kernel elements that one output channel sums over: (I/g)·taps. */
    public int fanIn() {
        return groupInputs * taps;
    }

    /** The row-major position of {@code K[o, c, a]} in the stored kernel. */
    public int index(int o, int c, int a) {
        return inputMajor
                ? ((firstInput(o) + c) * groupOutputs() + o % groupOutputs()) * taps + a
                : (o * groupInputs + c) * taps + a;
    }

    /** Reads the row {@code [I/g, taps]} of each output channel from the stored {@code kernel}. */
    public IntFunction<double[]> rows(Tensor kernel) {
        if (!inputMajor) {
            return o -> kernel.toDoubles(o * fanIn(), (o + 1) * fanIn());
        }
        double[] all = kernel.toDoubles();
        return o -> {
            double[] row = new double[fanIn()];
            for (int c = 0; c < groupInputs; c++) {
                System.arraycopy(all, index(o, c, 0), row, c * taps, taps);
            }
            return row;
        };
    }
}
