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
                elements.add(element(input, elements.size(), rest));
            }
            return new Elements(elements);
        }

        private static byte[] element(String input, int number, ByteBuffer rest) {
            if (rest.remaining() < Integer.BYTES) {
                throw new InvalidRequestException(
                        "element %d of input '%s' begins %d bytes before the end, expected its length as 4 bytes,"
                                        .formatted(number, input, rest.remaining())
                                + " little-endian");
            }
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                throw new InvalidRequestException(
                        "element %d of input '%s' says a length of %s bytes (4 bytes, little-endian), but %d are left"
                                .formatted(number, input, Integer.toUnsignedString(length), rest.remaining()));
            }
            byte[] element = new byte[length];
            rest.get(element);
            return element;
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
