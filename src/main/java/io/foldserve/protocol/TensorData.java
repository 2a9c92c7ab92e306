package io.foldserve.protocol;

import io.foldserve.task.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The elements of a tensor, row-major. */
public sealed interface TensorData {
    /** The elements as one little-endian block, in which each element of any size follows its length as 4 bytes. */
    byte[] block();

    /**
     * Elements of one size.
     *
     * @param bytes little-endian, from position to limit
     */
    record Fixed(ByteBuffer bytes) implements TensorData {
        @Override
        public byte[] block() {
            byte[] block = new byte[bytes.remaining()];
            bytes.duplicate().get(block);
            return block;
        }
    }

    /**
     * Elements of any size.
     *
     * @param elements each element's bytes
     */
    record Elements(List<byte[]> elements) implements TensorData {
        /** Copies the list. */
        public Elements {
            elements = List.copyOf(elements);
        }

        /**
         * The elements of the BYTES tensor {@code tensor}, each behind its length as 4 bytes.
         *
         * @throws InvalidRequestException if a length leads beyond the end
         */
        public static Elements split(String input, ByteBuffer tensor) {
            ByteBuffer rest = tensor.slice().order(ByteOrder.LITTLE_ENDIAN);
            List<byte[]> elements = new ArrayList<>();
            while (rest.hasRemaining()) {
                int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
                if (length < 0 || length > rest.remaining()) {
                    throw new InvalidRequestException(
                            "element %d of input '%s' is no length (4 bytes, little-endian) before so many bytes"
                                    .formatted(elements.size(), input));
                }
                byte[] element = new byte[length];
                rest.get(element);
                elements.add(element);
            }
            return new Elements(elements);
        }

        @Override
        public byte[] block() {
            int size = elements.stream()
                    .mapToInt(element -> Integer.BYTES + element.length)
                    .sum();
            ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            elements.forEach(element -> block.putInt(element.length).put(element));
            return block.array();
        }
    }
}
