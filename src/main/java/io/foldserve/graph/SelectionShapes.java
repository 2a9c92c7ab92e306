package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Shapes of the operators that move, pick or repeat elements: Transpose, Concat, Slice, Split, Gather, Expand, Tile,
 * Range.
 */
final class SelectionShapes {
    private SelectionShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of(
                "Tile", SelectionShapes::tile,
                "Range", SelectionShapes::range,
                "Transpose", SelectionShapes::transpose,
                "Concat", SelectionShapes::concat,
                "Slice", SelectionShapes::slice,
                "Split", SelectionShapes::split,
                "Gather", SelectionShapes::gather,
                "Expand", SelectionShapes::expand);
    }

    private static List<Shape> transpose(ShapeQuery query) {
        Shape input = query.shape(0);
        List<Integer> reversed = IntStream.range(0, input.rank())
                .mapToObj(axis -> input.rank() - 1 - axis)
                .toList();
        List<Integer> order = query.node().integers("perm", reversed);
        query.check(
                order.size() == input.rank() && new TreeSet<>(order).equals(new TreeSet<>(reversed)),
                "a permutation of the axes of " + input,
                order);
        return List.of(new Shape(order.stream().map(input::extent).toList()));
    }

    private static List<Shape> concat(ShapeQuery query) {
        Shape first = query.shape(0);
        int axis = query.axis(query.node().integer("axis", 0), first.rank());
        int total = 0;
        for (int i = 0; i < query.inputs(); i++) {
            Shape input = query.shape(i);
            query.check(
                    input.rank() == first.rank() && input.with(axis, 0).equals(first.with(axis, 0)),
                    "inputs equal to %s but for axis %d".formatted(first, axis),
                    input);
            total = Math.addExact(total, input.extent(axis));
        }
        return List.of(first.with(axis, total));
    }

    private static List<Shape> slice(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] starts = query.longs(1);
        long[] ends = query.longs(2);
        long[] axes =
                query.findLongs(3).orElse(LongStream.range(0, starts.length).toArray());
        long[] steps = query.findLongs(4)
                .orElse(LongStream.generate(() -> 1).limit(starts.length).toArray());
        query.check(
                ends.length == starts.length && axes.length == starts.length && steps.length == starts.length,
                "as many ends, axes and steps as starts",
                List.of(starts.length, ends.length, axes.length, steps.length));
        Shape result = input;
        for (int i = 0; i < starts.length; i++) {
            int axis = query.axis(axes[i], input.rank());
            query.check(steps[i] != 0, "steps other than 0", Arrays.toString(steps));
            result = result.with(
                    axis,
                    SliceRange.of(starts[i], ends[i], steps[i], input.extent(axis))
                            .count());
        }
        return List.of(result);
    }

    private static List<Shape> split(ShapeQuery query) {
        Shape input = query.shape(0);
        int axis = query.axis(query.node().integer("axis", 0), input.rank());
        int outputs = query.node().outputs().size();
        List<Integer> parts = query.findLongs(1)
                .map(sizes -> Arrays.stream(sizes).mapToObj(Math::toIntExact).toList())
                .orElseGet(() -> equalParts(input.extent(axis), outputs));
        int total = parts.stream().mapToInt(Integer::intValue).sum();
        query.check(
                parts.size() == outputs && total == input.extent(axis),
                "%d parts that add up to %d".formatted(outputs, input.extent(axis)),
                parts);
        return parts.stream().map(part -> input.with(axis, part)).toList();
    }

    /** ONNX: equal parts, the last one smaller if the extent is not a multiple. */
    private static List<Integer> equalParts(int extent, int count) {
        int size = (extent + count - 1) / count;
        List<Integer> parts = new ArrayList<>(Collections.nCopies(count, size));
        parts.set(count - 1, extent - size * (count - 1));
        return parts;
    }

    private static List<Shape> gather(ShapeQuery query) {
        Shape input = query.shape(0);
        int axis = query.axis(query.node().integer("axis", 0), input.rank());
        List<Integer> extents = new ArrayList<>(input.extents().subList(0, axis));
        extents.addAll(query.shape(1).extents());
        extents.addAll(input.extents().subList(axis + 1, input.rank()));
        return List.of(new Shape(extents));
    }

    private static List<Shape> expand(ShapeQuery query) {
        List<Integer> asked =
                Arrays.stream(query.longs(1)).mapToObj(Math::toIntExact).toList();
        return List.of(query.shape(0).broadcast(new Shape(asked)));
    }

    private static List<Shape> tile(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] repeats = query.longs(1);
        query.check(repeats.length == input.rank(), "%d repeats".formatted(input.rank()), repeats.length);
        List<Integer> extents = new ArrayList<>();
        for (int axis = 0; axis < repeats.length; axis++) {
            extents.add(Math.toIntExact(Math.multiplyExact(repeats[axis], (long) input.extent(axis))));
        }
        return List.of(new Shape(extents));
    }

    /** ONNX: as many elements as steps of delta begin before the limit. */
    private static List<Shape> range(ShapeQuery query) {
        double start = scalar(query, 0);
        double delta = scalar(query, 2);
        query.check(delta != 0, "a delta other than 0", delta);
        double count = Math.max(0, Math.ceil((scalar(query, 1) - start) / delta));
        // The cast saturates; a NaN is 0.
        return List.of(Shape.of(Math.toIntExact((long) count)));
    }

    private static double scalar(ShapeQuery query, int index) {
        double[] elements =
                query.findDoubles(index).orElseThrow(() -> query.refused("input %d is missing".formatted(index)));
        query.check(elements.length == 1, "a scalar as input " + index, elements.length + " elements");
        return elements[0];
    }
}
