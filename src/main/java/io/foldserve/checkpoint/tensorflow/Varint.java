package io.foldserve.checkpoint.tensorflow;

import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;

/** Numbers of one to ten bytes, seven bits in each, the lowest first. */
final class Varint {
    private static final int MOST_BITS = 64;

    private Varint() {}

    /**
     * The number at the position of {@code bytes}, which moves behind it.
     *
     * @throws InvalidInputException if the bytes end inside it, or it is longer than ten bytes
     */
    static long read(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < MOST_BITS && bytes.hasRemaining(); shift += 7) {
            byte part = bytes.get();
            number |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return number;
            }
        }
        throw new InvalidInputException("index", "a number is cut off or longer than ten bytes");
    }
}
