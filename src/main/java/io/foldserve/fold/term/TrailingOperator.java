package io.foldserve.fold.term;

import io.foldserve.graph.Node;
import java.util.List;

/**
 * An operator that is applied to what the terms of a form add up to, and treats every channel alike. Immutable.
 *
 * @param node the operator, as it is in the training form
 * @param sizes the extents that it asks for, one of which is the number of channels; empty if it does not name that
 * @param channels which of {@code sizes} it is
 */
public record TrailingOperator(Node node, List<Long> sizes, int channels) {
    /** Copies the list. */
    public TrailingOperator {
        sizes = List.copyOf(sizes);
    }

    /** {@code node}, which does not name the number of channels, or is only used with that one. */
    public static TrailingOperator of(Node node) {
        return new TrailingOperator(node, List.of(), 0);
    }
}
