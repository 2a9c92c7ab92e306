package io.foldserve.evaluate;

import io.foldserve.graph.Axes;
import io.foldserve.graph.SliceRange;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The operators that move, pick or repeat elements: Transpose, Concat, Slice, Split, Gather, Expand. */
final class Rearrangements {
    private Rearrangements() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "Transpose", Rearrangements::transpose,
                "Concat", Rearrangements::concat,
                "Slice", Rearrangements::slice,
                "Split", Rearrangements::split,
                "Gather", Rearrangements::gather,
                "Expand", call -> call.like(0, Strided.broadcast(call.doubles(0), call.shape(0), call.output(0))));
    }

    private static List<Tensor> transpose(Call call) {
        int rank = call.shape(0).rank();
        List<Integer> reversed =
                IntStream.range(0, rank).mapToObj(axis -> rank - 1 - axis).toList();
        int[] order = call.node().integers("perm", reversed).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        return call.like(0, Strided.permuted(call.doubles(0), call.shape(0), order));
    }

    private static List<Tensor> concat(Call call) {
        Shape result = call.output(0);
        int axis = axis(call, result.rank());
        double[] joined = new double[result.size()];
        int line = runLength(result, axis);
        int at = 0;
        for (int i = 0; i < call.inputs(); i++) {
            double[] values = call.doubles(i);
            int run = runLength(call.shape(i), axis);
            for (int outer = 0; run > 0 && outer < values.length / run; outer++) {
                System.arraycopy(values, outer * run, joined, outer * line + at, run);
            }
            at += run;
        }
        return call.like(0, joined);
    }

    /** The elements from one position of the axes outside {@code axis} to the next. */
    private static int runLength(Shape shape, int axis) {
        return new Shape(shape.extents().subList(axis, shape.rank())).size();
    }

    private static List<Tensor> slice(Call call) {
        Shape shape = call.shape(0);
        long[] starts = call.tensor(1).toLongs();
        long[] ends = call.tensor(2).toLongs();
        long[] axes = call.findLongs(3)
                .orElseGet(() -> LongStream.range(0, starts.length).toArray());
        long[] steps = call.findLongs(4).orElseGet(() -> ones(starts.length));
        Selection selection = new Selection(call.doubles(0), shape);
        for (int i = 0; i < starts.length; i++) {
            int axis = Axes.normal(call.node(), axes[i], shape.rank());
            SliceRange range = SliceRange.of(starts[i], ends[i], steps[i], shape.extent(axis));
            selection.along(
                    axis,
                    IntStream.range(0, range.count())
                            .map(position -> range.start() + position * range.step())
                            .toArray());
        }
        return call.like(0, selection.filledWith(0));
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static List<Tensor> split(Call call) {
        Shape shape = call.shape(0);
        int axis = axis(call, shape.rank());
        double[] values = call.doubles(0);
        List<Tensor> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < call.outputs(); i++) {
            int extent = call.output(i).extent(axis);
            int[] picked = IntStream.range(start, start + extent).toArray();
            double[] part = new Selection(values, shape).along(axis, picked).filledWith(0);
            parts.add(Kinds.tensor(call.kind(0), call.output(i), part));
            start += extent;
        }
        return parts;
    }

    private static List<Tensor> gather(Call call) {
        Shape shape = call.shape(0);
        int axis = axis(call, shape.rank());
        int extent = shape.extent(axis);
        int[] picked = Arrays.stream(call.tensor(1).toLongs())
                .mapToInt(index -> Axes.normal(call.node(), index, extent))
                .toArray();
        return call.like(
                0, new Selection(call.doubles(0), shape).along(axis, picked).filledWith(0));
    }

    private static int axis(Call call, int rank) {
        return Axes.normal(call.node(), call.node().integer("axis", 0), rank);
    }
}
