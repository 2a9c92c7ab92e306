package io.foldserve.protocol.grpc;

import java.nio.charset.StandardCharsets;

/**
 * A status's text as a trailer can hold it: clients refuse head lines of more than 8 KiB altogether, the status with
 * them. Stateless.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Status-Message</a>
 */
final class TrailerText {
    /** How many bytes a text has at most in the trailer, without the note of its length. */
    static final int MOST_BYTES = 4096;

    private TrailerText() {}

    /** {@code text}, cut off where its percent encoding becomes longer than {@value #MOST_BYTES} bytes. */
    static String of(String text) {
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            bytes += encodedBytes(character);
            if (bytes > MOST_BYTES) {
                return "%s... (%d characters)".formatted(text.substring(0, end), text.length());
            }
            end += Character.charCount(character);
        }
        return text;
    }

    /** Printable ASCII stands for itself, but for the percent sign; of anything else each byte takes three. */
    private static int encodedBytes(int character) {
        return character >= ' ' && character <= '~' && character != '%'
                ? 1
                : 3 * Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
    }
}
