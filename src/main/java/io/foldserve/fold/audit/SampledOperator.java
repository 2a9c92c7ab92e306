package io.foldserve.fold.audit;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The numbers of some output channels of a linear operator, as those of an operator of their own: of one group if it
 * has one, else of a group for each channel. Immutable; belongs to one measurement.
 */
final class SampledOperator {
    private final KernelLayout whole;
    private final KernelLayout layout;
    private final Shape kernel;
    private final List<Integer> outputs;

    /**
     * @param whole the layout of all channels
     * @param kernel the shape of their kernel
     * @param outputs the channels
     */
    SampledOperator(KernelLayout whole, Shape kernel, int[] outputs) {
        this.whole = whole;
        this.outputs = Arrays.stream(outputs).boxed().toList();
        int groups = whole.groups() == 1 ? 1 : outputs.length;
        this.layout = new KernelLayout(whole.inputMajor(), outputs.length, whole.groupInputs(), groups, whole.taps());
        List<Integer> extents = new ArrayList<>(
                whole.inputMajor()
                        ? List.of(inputs(), layout.groupOutputs())
                        : List.of(outputs.length, layout.groupInputs()));
        extents.addAll(kernel.extents().subList(2, kernel.rank()));
        this.kernel = new Shape(extents);
    }

    /** The channels, in order. */
    List<Integer> outputs() {
        return outputs;
    }

    /** The number of groups. */
    int groups() {
        return layout.groups();
    }

    /** The number of input channels. */
    int inputs() {
        return layout.groups() * layout.groupInputs();
    }

    /** The kernel, each row {@code [I/g, taps]} of the whole one as {@code rows} has it. */
    Tensor kernel(IntFunction<double[]> rows) {
        double[] values = new double[kernel.size()];
        int taps = whole.taps();
        for (int i = 0; i < outputs.size(); i++) {
            double[] row = rows.apply(outputs.get(i));
            for (int c = 0; c < whole.groupInputs(); c++) {
                System.arraycopy(row, c * taps, values, layout.index(i, c, 0), taps);
            }
        }
        return Tensor.ofDoubles(kernel, values);
    }

    /** One value for each channel, of {@code all} of the whole operator or one for all. */
    Tensor perOutput(double[] all) {
        double[] some =
                outputs.stream().mapToDouble(o -> all[all.length == 1 ? 0 : o]).toArray();
        return Tensor.ofDoubles(Shape.of(some.length), some);
    }
}
