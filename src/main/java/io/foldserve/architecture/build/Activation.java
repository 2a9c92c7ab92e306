package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.tensor.Shape;

/**
 * A value inside the network under construction.
 *
 * @param value its name in the graph
 * @param shape [1, channels, height, width], or [1, features] once flattened
 * @param option the option that sets the channels; empty if no single option does
 */
public record Activation(String value, Shape shape, String option) {

    /** True before flattening. */
    boolean isImage() {
        return shape.rank() == 4;
    }

    /** The channels, or the features once flattened. */
    public Extent channels() {
        return new Extent(shape.extent(1), option);
    }

    /** The spatial extents. */
    public Pair size() {
        return new Pair(shape.extent(2), shape.extent(3));
    }
}
