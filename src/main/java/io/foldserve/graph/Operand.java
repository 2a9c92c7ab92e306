package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/**
 * What is known of a node's input before the graph runs.
 *
 * @param shape its shape
 * @param value its elements, if they are known: some operators (Reshape, Slice) take their output's shape from them
 */
public record Operand(Shape shape, Optional<Tensor> value) {

    /** An input that is known only by its shape. */
    public static Operand of(Shape shape) {
        return new Operand(shape, Optional.empty());
    }

    /** An input whose elements are known. */
    public static Operand of(Tensor value) {
        return new Operand(value.shape(), Optional.of(value));
    }
}
