package io.foldserve.protocol.rest;

import io.foldserve.task.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes behind a request's JSON, dealt to its inputs in their order. Belongs to one thread. */
final class BinaryTail {
    private final ByteBuffer bytes;

    BinaryTail(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    /**
     * The next {@code size} bytes, little-endian.
     *
     * @throws InvalidRequestException if there are not so many
     */
    ByteBuffer next(String input, long size) {
        if (size < 0 || size > bytes.remaining()) {
            throw new InvalidRequestException(
                    "input '%s' says binary_data_size %d, but %d bytes are left behind the JSON"
                            .formatted(input, size, bytes.remaining()));
        }
        ByteBuffer next = bytes.slice(bytes.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) size);
        return next;
    }

    /**
     * Refuses bytes that belong to no input.
     *
     * @throws InvalidRequestException with how many they are
     */
    void expectEnd() {
        if (bytes.hasRemaining()) {
            throw new InvalidRequestException(
                    "%d bytes behind the JSON belong to no input; its binary_data_size must count them"
                            .formatted(bytes.remaining()));
        }
    }
}
