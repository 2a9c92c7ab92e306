package io.foldserve.task.image;

import java.nio.charset.StandardCharsets;

/**
 * What the first bytes of a WebP say (RFC 9649, sections 2.3 to 2.7; a key frame's header is RFC 6386, section 9.1).
 *
 * @param width the width in pixels
 * @param height the height in pixels
 * @param animated true if the pictures are frames on a canvas of this size
 */
record WebpHeader(int width, int height, boolean animated) {
    /** RIFF, the file's size, WEBP, and the first chunk's name and size. */
    private static final int START = 20;

    private static final int SHORTEST = START + 10;
    private static final int KEY_FRAME = 0x2A_01_9D;
    private static final int LOSSLESS = 0x2F;
    private static final int ANIMATED = 0x02;

    static boolean matches(byte[] bytes) {
        return bytes.length >= 12 && is(bytes, 0, "RIFF") && is(bytes, 8, "WEBP");
    }

    /** Reads the header of a file that {@link #matches}. */
    static WebpHeader read(byte[] bytes, ImageLimits limits) {
        long declared = 8 + (little(bytes, 4, 4) & 0xFFFF_FFFFL);
        if (bytes.length < Math.max(declared, SHORTEST)) {
            throw new InvalidImageException(
                    "the WebP is truncated: it declares %d bytes, and %d are there".formatted(declared, bytes.length));
        }
        WebpHeader header = extent(bytes);
        limits.check("WebP", header.width, header.height);
        return header;
    }

    private static WebpHeader extent(byte[] bytes) {
        if (is(bytes, 12, "VP8 ") && little(bytes, START + 3, 3) == KEY_FRAME) {
            return new WebpHeader(little(bytes, START + 6, 2) & 0x3FFF, little(bytes, START + 8, 2) & 0x3FFF, false);
        }
        if (is(bytes, 12, "VP8L") && bytes[START] == LOSSLESS) {
            int sides = little(bytes, START + 1, 4);
            return new WebpHeader((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1, false);
        }
        if (is(bytes, 12, "VP8X")) {
            boolean animated = (bytes[START] & ANIMATED) != 0;
            return new WebpHeader(little(bytes, START + 4, 3) + 1, little(bytes, START + 7, 3) + 1, animated);
        }
        throw new InvalidImageException("the WebP is corrupt: its first chunk is no picture");
    }

    private static boolean is(byte[] bytes, int at, String name) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1).equals(name);
    }

    private static int little(byte[] bytes, int at, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at + i] & 0xFF) << (8 * i);
        }
        return value;
    }
}
