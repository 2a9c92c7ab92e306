package io.foldserve.protocol;

import io.foldserve.task.InvalidRequestException;
import java.util.List;

/**
 * A tensor that a client sent, with as many elements as its shape says.
 *
 * @param name the input's name
 * @param datatype its element type
 * @param shape its extents
 * @param data its elements
 */
public record InputTensor(String name, Datatype datatype, List<Long> shape, TensorData data) {
    /** Copies the shape; refuses data of another size than shape and datatype ask for. */
    public InputTensor {
        shape = List.copyOf(shape);
        long elements = elements(name, shape);
        if (data instanceof TensorData.Elements any && any.elements().size() != elements) {
            throw new InvalidRequestException("input '%s' has shape %s, which is %d elements, found %d"
                    .formatted(name, shape, elements, any.elements().size()));
        }
        if (data instanceof TensorData.Fixed fixed) {
            expectBytes(name, datatype, shape, fixed.bytes().remaining());
        }
    }

    /**
     * The number of elements of {@code shape}.
     *
     * @throws InvalidRequestException if an extent is below 1, or there are more elements than an array holds
     */
    public static long elements(String name, List<Long> shape) {
        long elements = 1;
        for (long extent : shape) {
            if (extent < 1 || extent > Integer.MAX_VALUE || elements * extent > Integer.MAX_VALUE) {
                throw new InvalidRequestException(
                        "input '%s' has shape %s, expected extents of at least 1 and at most %d elements"
                                .formatted(name, shape, Integer.MAX_VALUE));
            }
            elements *= extent;
        }
        return elements;
    }

    /**
     * Refuses a number of bytes that does not suit a tensor of elements of one size.
     *
     * @throws InvalidRequestException with what was expected and found
     */
    public static void expectBytes(String name, Datatype datatype, List<Long> shape, long found) {
        long expected = elements(name, shape) * datatype.bytes();
        if (datatype == Datatype.BYTES || found != expected) {
            throw new InvalidRequestException("input '%s' is %s of shape %s, which is %d bytes, found %d"
                    .formatted(name, datatype, shape, expected, found));
        }
    }
}
