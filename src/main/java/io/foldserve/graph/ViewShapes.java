package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Shapes of the operators that keep the elements in order: Reshape, Flatten, Squeeze, Unsqueeze; and of Constant,
 * ConstantOfShape, Expand, Shape.
 */
final class ViewShapes {
    private ViewShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of(
                "Reshape", ViewShapes::reshape,
                "Flatten", ViewShapes::flatten,
                "Squeeze", ViewShapes::squeeze,
                "Unsqueeze", ViewShapes::unsqueeze,
                "Constant", ViewShapes::constant,
                "ConstantOfShape", query -> List.of(toShape(query.longs(0))),
                "Expand", query -> List.of(query.shape(0).broadcast(toShape(query.longs(1)))),
                "Shape", ViewShapes::shape);
    }

    private static List<Shape> reshape(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] asked = query.longs(1).clone();
        boolean zeroCopies = query.node().integer("allowzero", 0) == 0;
        int open = -1;
        long size = 1;
        for (int axis = 0; axis < asked.length; axis++) {
            if (asked[axis] == 0 && zeroCopies) {
                query.check(axis < input.rank(), "an input with an axis " + axis + " to copy", input);
                asked[axis] = input.extent(axis);
            }
            if (asked[axis] == -1) {
                query.check(open < 0, "at most one extent of -1", List.of(open, axis));
                open = axis;
            } else {
                size = Math.multiplyExact(size, asked[axis]);
            }
        }
        if (open >= 0) {
            query.check(size > 0 && input.size() % size == 0, "a multiple of %d elements".formatted(size), input);
            asked[open] = input.size() / size;
        }
        Shape result = toShape(asked);
        query.check(result.size() == input.size(), "an input of as many elements as " + result, input);
        return List.of(result);
    }

    private static List<Shape> flatten(ShapeQuery query) {
        Shape input = query.shape(0);
        long declared = query.node().integer("axis", 1);
        int axis = declared == input.rank() ? input.rank() : query.axis(declared, input.rank());
        int rows = new Shape(input.extents().subList(0, axis)).size();
        return List.of(Shape.of(rows, new Shape(input.extents().subList(axis, input.rank())).size()));
    }

    private static List<Shape> squeeze(ShapeQuery query) {
        Shape input = query.shape(0);
        SortedSet<Integer> axes = query.findLongs(1)
                .map(asked -> Axes.normal(query.node(), asked, input.rank()))
                .orElseGet(() -> ones(input));
        List<Integer> extents = new ArrayList<>();
        for (int axis = 0; axis < input.rank(); axis++) {
            if (axes.contains(axis)) {
                query.check(input.extent(axis) == 1, "an extent of 1 at axis " + axis, input);
            } else {
                extents.add(input.extent(axis));
            }
        }
        return List.of(new Shape(extents));
    }

    private static SortedSet<Integer> ones(Shape input) {
        SortedSet<Integer> axes = new TreeSet<>();
        for (int axis = 0; axis < input.rank(); axis++) {
            if (input.extent(axis) == 1) {
                axes.add(axis);
            }
        }
        return axes;
    }

    private static List<Shape> unsqueeze(ShapeQuery query) {
        Shape input = query.shape(0);
        long[] asked = query.longs(1);
        SortedSet<Integer> axes = Axes.normal(query.node(), asked, input.rank() + asked.length);
        query.check(axes.size() == asked.length, "axes that differ", axes);
        List<Integer> extents = new ArrayList<>(input.extents());
        axes.forEach(axis -> extents.add(axis, 1));
        return List.of(new Shape(extents));
    }

    private static List<Shape> constant(ShapeQuery query) {
        return List.of(ConstantNode.tensor(query.node())
                .orElseThrow(() -> query.unknown("expected a tensor or numbers in one attribute, found "
                        + query.node().attributes().keySet()))
                .shape());
    }

    private static List<Shape> shape(ShapeQuery query) {
        int rank = query.shape(0).rank();
        SliceRange range = shapeRange(query.node(), rank);
        return List.of(Shape.of(range.count()));
    }

    private static SliceRange shapeRange(Node node, int rank) {
        return SliceRange.of(node.integer("start", 0), node.integer("end", rank), 1, rank);
    }

    private static Shape toShape(long[] extents) {
        List<Integer> list = new ArrayList<>();
        for (long extent : extents) {
            list.add(Math.toIntExact(extent));
        }
        return new Shape(list);
    }
}
