package io.foldserve.fold.term;

import io.foldserve.fold.write.IslandNodes;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An operator that is applied to what the terms of a form add up to, and treats every channel alike. Immutable.
 *
 * @param node the operator, as it is in the training form
 * @param sizes the extents that it asks for, one of which is the number of channels; empty if it does not name that
 * @param channels which of {@code sizes} it is
 */
public record Following(Node node, List<Long> sizes, int channels) {
    private static final int SIZES = 3;

    /** Copies the list. */
    public Following {
        sizes = List.copyOf(sizes);
    }

    /** {@code node}, which does not name the number of channels, or is only used with that one. */
    public static Following of(Node node) {
        return new Following(node, List.of(), 0);
    }

    /** What the operator reads when it is applied to {@code value} of {@code count} channels, written after {@code name}. */
    public List<String> inputs(String value, int count, String name, IslandNodes nodes) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, value);
        if (!sizes.isEmpty() && sizes.get(channels) != count) {
            long[] asked = sizes.stream().mapToLong(Long::longValue).toArray();
            asked[channels] = count;
            inputs.set(SIZES, nodes.constant(name + ".sizes", Tensor.ofLongs(Shape.of(asked.length), asked)));
        }
        return inputs;
    }
}
