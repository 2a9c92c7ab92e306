package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.List;

/** How one operator's output shapes follow from its inputs and attributes. */
@FunctionalInterface
interface ShapeRule {
    /**
     * One shape for each output of the node, in order.
     *
     * @throws ShapeException if inputs and attributes contradict the operator
     */
    List<Shape> outputs(ShapeQuery query);
}
