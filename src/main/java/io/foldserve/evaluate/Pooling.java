package io.foldserve.evaluate;

import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** MaxPool (padding is −∞), AveragePool and GlobalAveragePool. */
public final class Pooling {
    private Pooling() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "MaxPool", Pooling::largest,
                "AveragePool", Pooling::average,
                "GlobalAveragePool", Pooling::global);
    }

    private static List<Tensor> largest(Call call) {
        Patches patches = patches(call);
        double[] input = call.doubles(0);
        double[] output = new double[call.output(0).size()];
        Arrays.fill(output, Double.NEGATIVE_INFINITY);
        eachTap(call, patches, (from, to) -> output[to] = Math.max(output[to], input[from]));
        return call.like(0, output);
    }

    private static List<Tensor> average(Call call) {
        Patches patches = patches(call);
        double[] input = call.doubles(0);
        double[] output = new double[call.output(0).size()];
        eachTap(call, patches, (from, to) -> output[to] += input[from]);
        int[] counted = counted(call, patches);
        for (int i = 0; i < output.length; i++) {
            output[i] /= counted[i % counted.length];
        }
        return call.real(output);
    }

    private static List<Tensor> global(Call call) {
        double[] input = call.doubles(0);
        double[] output = new double[call.output(0).size()];
        int plane = output.length == 0 ? 0 : input.length / output.length;
        for (int i = 0; i < input.length; i++) {
            output[i / plane] += input[i];
        }
        for (int i = 0; i < output.length; i++) {
            output[i] /= plane;
        }
        return call.real(output);
    }

    private static Patches patches(Call call) {
        return Patches.of(window(call), spatial(call.shape(0)), spatial(call.output(0)));
    }

    private static Window window(Call call) {
        Shape in = call.shape(0);
        return Window.of(
                call.node(),
                call.node().integers("kernel_shape", List.of()),
                in.extents().subList(2, in.rank()));
    }

    private static int[] spatial(Shape shape) {
        return Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
    }

    /**
     * By how much each output position divides: the taps inside the input, or with count_include_pad also those in the
     * declared padding, but never those beyond it that ceil_mode adds.
     */
    private static int[] counted(Call call, Patches patches) {
        Window window = window(call);
        int[] input = spatial(call.shape(0));
        if (call.node().integer("count_include_pad", 0) != 0) {
            Patches padded = Patches.of(withoutPads(window), padded(window, input), spatial(call.output(0)));
            return inside(padded);
        }
        return inside(patches);
    }

    private static Window withoutPads(Window window) {
        List<Integer> zeros = Collections.nCopies(window.axes(), 0);
        return new Window(window.kernel(), window.strides(), window.dilations(), zeros, zeros);
    }

    private static int[] padded(Window window, int[] input) {
        int[] padded = input.clone();
        for (int axis = 0; axis < padded.length; axis++) {
            padded[axis] += window.padsBegin().get(axis) + window.padsEnd().get(axis);
        }
        return padded;
    }

    private static int[] inside(Patches patches) {
        int columns = patches.outputColumns();
        int[] inside = new int[patches.outputRows() * columns];
        for (int tap = 0; tap < patches.taps(); tap++) {
            int[] reads = patches.columns(tap);
            for (int i = 0; i < inside.length; i++) {
                inside[i] += patches.row(tap, i / columns) < 0 || reads[i % columns] < 0 ? 0 : 1;
            }
        }
        return inside;
    }

    private static void eachTap(Call call, Patches patches, Visit visit) {
        int width = call.shape(0).extent(-1);
        int inputPlane = Shape.of(spatial(call.shape(0))).size();
        int columns = patches.outputColumns();
        int planes = call.shape(0).extent(0) * call.shape(0).extent(1);
        for (int plane = 0; plane < planes; plane++) {
            for (int tap = 0; tap < patches.taps(); tap++) {
                for (int row = 0; row < patches.outputRows(); row++) {
                    int source = patches.row(tap, row);
                    int to = (plane * patches.outputRows() + row) * columns;
                    if (source >= 0) {
                        visitRow(patches.columns(tap), plane * inputPlane + source * width, to, visit);
                    }
                }
            }
        }
    }

    private static void visitRow(int[] reads, int from, int to, Visit visit) {
        for (int column = 0; column < reads.length; column++) {
            if (reads[column] >= 0) {
                visit.at(from + reads[column], to + column);
            }
        }
    }

    /** What happens where a tap inside the input meets an output position. */
    private interface Visit {
        void at(int from, int to);
    }
}
