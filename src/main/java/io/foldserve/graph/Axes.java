package io.foldserve.graph;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/** Axis numbers as ONNX writes them: a negative one counts from the end. */
public final class Axes {
    private Axes() {}

    /**
     * {@code axis} of {@code node} as a number from 0 below {@code rank}.
     *
     * @throws ShapeException if there is no such axis
     */
    public static int normal(Node node, long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new ShapeException(node, "expected an axis from %d to %d, found %d".formatted(-rank, rank - 1, axis));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** All of {@code axes} as numbers from 0 below {@code rank}, ascending, each once. */
    public static SortedSet<Integer> normal(Node node, long[] axes, int rank) {
        SortedSet<Integer> normal = new TreeSet<>();
        Arrays.stream(axes).forEach(axis -> normal.add(normal(node, axis, rank)));
        return normal;
    }
}
