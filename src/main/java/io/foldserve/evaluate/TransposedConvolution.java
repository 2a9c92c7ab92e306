package io.foldserve.evaluate;

import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * ConvTranspose: {@code out[n, q·O/g + o, s·y + d·a − p] += x[n, q·I/g + c, y]·K[q·I/g + c, o, a]}, plus b[o], over any
 * number of spatial axes: a matrix product for each output channel, then scattered to where its taps write.
 */
final class TransposedConvolution implements Kernel {
    @Override
    public List<Tensor> run(Call call) {
        Shape in = call.shape(0);
        Shape out = call.output(0);
        Patches writes = Patches.of(window(call), spatial(out), spatial(in));
        double[] bias = call.find(2).map(Tensor::toDoubles).orElseGet(() -> new double[out.extent(1)]);
        double[] output = new double[out.size()];
        int plane = Shape.of(spatial(out)).size();
        Products products = new Products(call, writes.taps());
        for (int channel = 0; channel < in.extent(0) * out.extent(1); channel++) {
            double[] product = products.of(channel / out.extent(1), channel % out.extent(1));
            Arrays.fill(output, channel * plane, (channel + 1) * plane, bias[channel % out.extent(1)]);
            scatter(writes, product, output, channel * plane, out.extent(-1));
        }
        return call.real(output);
    }

    /** The window slides over the output, and its positions are the input's. */
    private static Window window(Call call) {
        Shape in = call.shape(0);
        return Window.of(
                call.node(),
                call.shape(1).extents().subList(2, in.rank()),
                in.extents().subList(2, in.rank()));
    }

    /** What each tap adds for each input position, one output channel at a time. */
    private static final class Products {
        private final double[] input;
        private final double[] weights;
        private final int groups;
        private final int inputs;
        private final int outputs;
        private final int taps;
        private final int plane;

        Products(Call call, int taps) {
            this.input = call.doubles(0);
            this.weights = call.doubles(1);
            this.groups = Math.toIntExact(call.node().integer("group", 1));
            this.inputs = call.shape(0).extent(1) / groups;
            this.outputs = call.shape(1).extent(1);
            this.taps = taps;
            this.plane = Shape.of(spatial(call.shape(0))).size();
        }

        /** [taps, input positions] for output channel {@code channel} of {@code image}. */
        double[] of(int image, int channel) {
            int group = channel / outputs;
            int kernelAt = (group * inputs * outputs + channel % outputs) * taps;
            double[] kernel = Strided.copy(weights, kernelAt, new int[] {taps, inputs}, new int[] {1, outputs * taps});
            double[] product = new double[taps * plane];
            int inputAt = (image * groups + group) * inputs * plane;
            Matrix.multiplyAdd(kernel, 0, input, inputAt, product, 0, taps, inputs, plane);
            return product;
        }
    }

    private static void scatter(Patches writes, double[] product, double[] output, int outputAt, int width) {
        int columns = writes.outputColumns();
        int at = 0;
        for (int tap = 0; tap < writes.taps(); tap++) {
            int[] targets = writes.columns(tap);
            for (int row = 0; row < writes.outputRows(); row++, at += columns) {
                int target = writes.row(tap, row);
                for (int column = 0; target >= 0 && column < columns; column++) {
                    if (targets[column] >= 0) {
                        output[outputAt + target * width + targets[column]] += product[at + column];
                    }
                }
            }
        }
    }

    private static int[] spatial(Shape shape) {
        return Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
    }
}
