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
        Shape kernel = call.shape(1);
        Shape out = call.output(0);
        Window window = Window.of(
                call.node(),
                kernel.extents().subList(2, in.rank()),
                in.extents().subList(2, in.rank()));
        Patches writes = Patches.of(window, spatial(out), spatial(in));
        int groups = Math.toIntExact(call.node().integer("group", 1));
        int inputs = in.extent(1) / groups;
        int outputs = kernel.extent(1);
        double[] input = call.doubles(0);
        double[] weights = call.doubles(1);
        double[] bias = call.find(2).map(Tensor::toDoubles).orElseGet(() -> new double[out.extent(1)]);
        double[] output = new double[out.size()];
        int inputPlane = Shape.of(spatial(in)).size();
        int outputPlane = Shape.of(spatial(out)).size();
        double[] product = new double[writes.taps() * inputPlane];
        for (int channel = 0; channel < in.extent(0) * out.extent(1); channel++) {
            int group = channel % out.extent(1) / outputs;
            double[] taps = taps(weights, group * inputs, inputs, channel % outputs, outputs, writes.taps());
            int inputAt = (channel / out.extent(1) * groups + group) * inputs * inputPlane;
            Arrays.fill(product, 0.0);
            Matrix.multiplyAdd(taps, 0, input, inputAt, product, 0, writes.taps(), inputs, inputPlane);
            Arrays.fill(output, channel * outputPlane, (channel + 1) * outputPlane, bias[channel % out.extent(1)]);
            scatter(writes, product, output, channel * outputPlane, out.extent(-1));
        }
        return call.real(output);
    }

    /** The kernel of one output channel with the taps outermost: [taps, inputs]. */
    private static double[] taps(double[] weights, int firstInput, int inputs, int output, int outputs, int taps) {
        int start = (firstInput * outputs + output) * taps;
        return Strided.copy(weights, start, new int[] {taps, inputs}, new int[] {1, outputs * taps});
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
