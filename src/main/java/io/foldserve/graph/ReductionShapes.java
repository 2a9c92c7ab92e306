package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shapes of the operators that reduce axes: GlobalAveragePool, ReduceL2, ReduceMean, ReduceSum, ArgMax. */
final class ReductionShapes {
    private ReductionShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of(
                "GlobalAveragePool", ReductionShapes::global,
                "ReduceL2", ReductionShapes::reduce,
                "ReduceMean", ReductionShapes::reduce,
                "ReduceSum", ReductionShapes::reduce,
                "ArgMax", ReductionShapes::argMax);
    }

    private static List<Shape> global(ShapeQuery query) {
        Shape input = query.shape(0);
        query.check(input.rank() >= 3, "an input of at least 3 axes", input);
        Shape result = input;
        for (int axis = 2; axis < input.rank(); axis++) {
            result = result.with(axis, 1);
        }
        return List.of(result);
    }

    private static List<Shape> reduce(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] asked = query.findLongs(1).orElse(new long[0]);
        return List.of(reduced(query, ReducedAxes.of(query.node(), asked, input.rank())));
    }

    private static List<Shape> argMax(ShapeQuery query) {
        int axis = query.axis(query.node().integer("axis", 0), query.shape(0).rank());
        query.check(query.shape(0).extent(axis) > 0, "at least one element along axis " + axis, query.shape(0));
        return List.of(reduced(query, Set.of(axis)));
    }

    private static Shape reduced(ShapeQuery query, Collection<Integer> axes) {
        Shape input = query.shape(0);
        boolean keep = query.node().integer("keepdims", 1) != 0;
        List<Integer> extents = new ArrayList<>();
        for (int axis = 0; axis < input.rank(); axis++) {
            if (!axes.contains(axis)) {
                extents.add(input.extent(axis));
            } else if (keep) {
                extents.add(1);
            }
        }
        return new Shape(extents);
    }
}
