package io.foldserve.protocol;

import java.util.List;

/**
 * A tensor to answer with.
 *
 * @param name the output's name
 * @param datatype its element type: FP32, INT32 or BYTES
 * @param shape its extents
 * @param data its elements
 * @param binary whether it goes behind the JSON
 */
public record OutputTensor(String name, Datatype datatype, List<Long> shape, TensorData data, boolean binary) {
    /** Copies the shape. */
    public OutputTensor {
        shape = List.copyOf(shape);
    }
}
