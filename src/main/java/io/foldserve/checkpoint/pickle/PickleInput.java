package io.foldserve.checkpoint.pickle;

import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A forward cursor over a pickle's bytes that never reads past their end and never allocates more than is there. */
final class PickleInput {
    private static final int LONGEST_LINE = 1024;

    private final ByteBuffer bytes;
    private final int start;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    PickleInput(ByteBuffer bytes) {
        this.start = bytes.position();
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    int unsignedByte() {
        return need(1).get() & 0xFF;
    }

    int unsignedShort() {
        return need(2).getShort() & 0xFFFF;
    }

    int signedInt() {
        return need(4).getInt();
    }

    long unsignedInt() {
        return need(4).getInt() & 0xFFFF_FFFFL;
    }

    /** A 64-bit length; one with the top bit set is negative and so never fits. */
    long length() {
        return need(8).getLong();
    }

    double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(need(8).getLong()));
    }

    /** The little-endian two's complement number in the next {@code length} bytes, at most 8. */
    long signed(int length) {
        need(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes.get() & 0xFFL) << (8 * i);
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : (value << unused) >> unused;
    }

    void skip(long length) {
        need(length);
        bytes.position(bytes.position() + (int) length);
    }

    String text(long length) {
        need(length);
        if (length == 0) {
            return "";
        }
        byte[] encoded = new byte[(int) length];
        bytes.get(encoded);
        for (byte b : encoded) {
            if (b < 0) {
                return decoded(encoded);
            }
        }
        return new String(encoded, StandardCharsets.US_ASCII);
    }

    /** The text in the next {@code length} bytes, which are skipped; empty if not all of them are ASCII. */
    Optional<String> ascii(long length) {
        need(length);
        int start = bytes.position();
        for (int at = start; at < start + length; at++) {
            if (bytes.get(at) < 0) {
                skip(length);
                return Optional.empty();
            }
        }
        return Optional.of(text(length));
    }

    private String decoded(byte[] encoded) {
        try {
            return utf8.decode(ByteBuffer.wrap(encoded)).toString();
        } catch (CharacterCodingException malformed) {
            throw broken("a text of %d bytes is not UTF-8".formatted(encoded.length));
        }
    }

    /** The text up to the next line feed, which is skipped. */
    String line() {
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
            if (end - start > LONGEST_LINE) {
                throw broken("a line is longer than %d bytes".formatted(LONGEST_LINE));
            }
        }
        String line = text(end - start);
        skip(1);
        return line;
    }

    InvalidInputException broken(String problem) {
        return new InvalidInputException("pickle", "at byte %d: %s".formatted(start + bytes.position(), problem));
    }

    private ByteBuffer need(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw broken("%d bytes are announced, %d are left".formatted(length, bytes.remaining()));
        }
        return bytes;
    }
}
