package io.foldserve.evaluate;

import io.foldserve.graph.Axes;
import io.foldserve.graph.ReducedAxes;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The operators that reduce axes to one element: ReduceL2, ReduceMean, ReduceSum, ArgMax. */
final class Reductions {
    private Reductions() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "ReduceL2", call -> reduced(call, Reductions::length),
                "ReduceMean", call -> reduced(call, run -> sum(run) / run.length),
                "ReduceSum", call -> reduced(call, Reductions::sum),
                "ArgMax", Reductions::argMax);
    }

    private static List<Tensor> reduced(Call call, ToDoubleFunction<double[]> operator) {
        Shape shape = call.shape(0);
        SortedSet<Integer> axes = ReducedAxes.of(call.node(), call.findLongs(1).orElse(new long[0]), shape.rank());
        int[] keptFirst = IntStream.concat(
                        IntStream.range(0, shape.rank()).filter(axis -> !axes.contains(axis)),
                        axes.stream().mapToInt(Integer::intValue))
                .toArray();
        double[] values = Strided.permuted(call.doubles(0), shape, keptFirst);
        double[] result = new double[call.output(0).size()];
        int run = result.length == 0 ? 0 : values.length / result.length;
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsDouble(Arrays.copyOfRange(values, i * run, (i + 1) * run));
        }
        return call.like(0, result);
    }

    private static double sum(double[] values) {
        double total = 0;
        for (double value : values) {
            total += value;
        }
        return total;
    }

    private static double length(double[] values) {
        double total = 0;
        for (double value : values) {
            total += value * value;
        }
        return Math.sqrt(total);
    }

    private static List<Tensor> argMax(Call call) {
        Shape shape = call.shape(0);
        int axis = Axes.normal(call.node(), call.node().integer("axis", 0), shape.rank());
        boolean last = call.node().integer("select_last_index", 0) != 0;
        Lines lines = Lines.of(shape, axis);
        double[] values = call.doubles(0);
        long[] positions = new long[call.output(0).size()];
        for (int line = 0; line < lines.count(); line++) {
            positions[line] = largest(values, lines, lines.start(line), last);
        }
        return List.of(Tensor.ofLongs(call.output(0), positions));
    }

    private static int largest(double[] values, Lines lines, int start, boolean last) {
        int best = 0;
        for (int i = 1; i < lines.length(); i++) {
            double candidate = values[start + i * lines.step()];
            double leader = values[start + best * lines.step()];
            if (candidate > leader || (last && candidate == leader)) {
                best = i;
            }
        }
        return best;
    }
}
