package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Shapes of Pad and Resize. */
final class SpatialShapes {
    private SpatialShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of("Pad", SpatialShapes::pad, "Resize", SpatialShapes::resize);
    }

    private static List<Shape> pad(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] pads = query.longs(1);
        long[] axes =
                query.findLongs(3).orElse(LongStream.range(0, input.rank()).toArray());
        query.check(pads.length == 2 * axes.length, "%d pads".formatted(2 * axes.length), Arrays.toString(pads));
        Shape result = input;
        for (int i = 0; i < axes.length; i++) {
            int axis = query.axis(axes[i], input.rank());
            long extent = input.extent(axis) + pads[i] + pads[i + axes.length];
            query.check(extent >= 0, "pads that leave axis %d of %s".formatted(axis, input), Arrays.toString(pads));
            result = result.with(axis, Math.toIntExact(extent));
        }
        return List.of(result);
    }

    private static List<Shape> resize(ShapeQuery query) {
        Shape input = query.shape(0);
        String policy = query.node().text("keep_aspect_ratio_policy", "stretch");
        if (!policy.equals("stretch")) {
            throw query.unknown("expected keep_aspect_ratio_policy stretch, found " + policy);
        }
        List<Integer> axes = query.node().integers("axes", List.of());
        Optional<double[]> scales = query.findDoubles(2);
        long[] sizes = query.findLongs(3).orElse(new long[0]);
        int count = scales.map(values -> values.length).orElse(sizes.length);
        int expected = axes.isEmpty() ? input.rank() : axes.size();
        query.check(count == expected, "%d scales or sizes".formatted(expected), count);
        List<Integer> extents = new ArrayList<>(input.extents());
        for (int i = 0; i < count; i++) {
            int axis = axes.isEmpty() ? i : query.axis(axes.get(i), input.rank());
            int index = i;
            extents.set(
                    axis,
                    scales.map(values -> (int) Math.floor(input.extent(axis) * values[index]))
                            .orElseGet(() -> Math.toIntExact(sizes[index])));
        }
        return List.of(new Shape(extents));
    }
}
