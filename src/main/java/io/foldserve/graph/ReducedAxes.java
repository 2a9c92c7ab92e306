package io.foldserve.graph;

import java.util.List;
import java.util.SortedSet;
import java.util.stream.LongStream;

/** Which axes a ReduceMean or ReduceSum reduces. */
public final class ReducedAxes {
    private ReducedAxes() {}

    /**
     * The axes that {@code node} reduces for an input of {@code rank} axes, ascending. {@code asked} are those of its
     * second input, empty if it has none; older opsets give them as an attribute. No axes mean all, unless
     * noop_with_empty_axes is set.
     *
     * @throws ShapeException if an axis does not exist
     */
    public static SortedSet<Integer> of(Node node, long[] asked, int rank) {
        List<Integer> attribute = node.integers("axes", List.of());
        long[] axes = asked.length > 0
                ? asked
                : attribute.stream().mapToLong(Integer::longValue).toArray();
        if (axes.length == 0 && node.integer("noop_with_empty_axes", 0) == 0) {
            axes = LongStream.range(0, rank).toArray();
        }
        return Axes.normal(node, axes, rank);
    }
}
