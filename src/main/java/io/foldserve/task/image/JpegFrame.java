package io.foldserve.task.image;

/**
 * What a JPEG's frame header declares (ITU-T T.81 section B.2.2).
 *
 * @param width in pixels
 * @param height in pixels
 * @param componentIds one character for each component: 1, 3 or 4
 * @param progressive in scans that refine each other
 * @param coefficients of all components, each padded to whole groups of blocks
 */
record JpegFrame(int width, int height, String componentIds, boolean progressive, long coefficients) {
    private static final int PROGRESSIVE = 0xC2;

    /** Samples of a block. */
    private static final int BLOCK = 64;

    /** Whether {@code marker} begins a frame header. */
    static boolean isMarker(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** Reads the header behind {@code marker}, {@code length} bytes from {@code from}. */
    static JpegFrame read(byte[] bytes, int marker, int from, int length, ImageLimits limits) {
        if (length < 6 || length < 6 + 3 * byteAt(bytes, from + 5)) {
            throw new InvalidImageException("the JPEG's frame header has only %d bytes".formatted(length));
        }
        int precision = byteAt(bytes, from);
        if (marker > PROGRESSIVE || precision != 8) {
            throw new UnsupportedImageException(
                    "expected an 8-bit baseline or progressive Huffman-coded JPEG, found frame type 0x%02x with %d bits"
                            .formatted(marker, precision));
        }
        int height = byteAt(bytes, from + 1) << 8 | byteAt(bytes, from + 2);
        int width = byteAt(bytes, from + 3) << 8 | byteAt(bytes, from + 4);
        limits.check("JPEG", width, height);
        int components = byteAt(bytes, from + 5);
        if (components != 1 && components != 3 && components != 4) {
            throw new UnsupportedImageException("expected a JPEG of 1, 3 or 4 components, found " + components);
        }
        StringBuilder ids = new StringBuilder();
        int across = 1;
        int down = 1;
        long blocks = 0;
        for (int at = from + 6; at < from + 6 + 3 * components; at += 3) {
            ids.append((char) byteAt(bytes, at));
            int factors = byteAt(bytes, at + 1);
            across = Math.max(across, factors >> 4);
            down = Math.max(down, factors & 15);
            blocks += (long) (factors >> 4) * (factors & 15);
        }
        long groups = (width / (8L * across) + 1) * (height / (8L * down) + 1);
        return new JpegFrame(width, height, ids.toString(), marker == PROGRESSIVE, groups * blocks * BLOCK);
    }

    int components() {
        return componentIds.length();
    }

    private static int byteAt(byte[] bytes, int index) {
        return bytes[index] & 0xFF;
    }
}
