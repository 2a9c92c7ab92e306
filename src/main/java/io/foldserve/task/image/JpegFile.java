package io.foldserve.task.image;

import java.io.ByteArrayOutputStream;

/**
 * A JPEG whose structure was walked from the first marker to the last (ITU-T T.81 annex B): its size, its colour space,
 * and its bytes reduced to what a decoder needs.
 *
 * <p>The reduced stream has no application segments or comments but one that names the colour space, and ends with the
 * end-of-image marker. So a decoder meets no embedded profile or thumbnail, guesses no colour space, and cannot be
 * given a truncated file.
 */
final class JpegFile {
    /** The colour spaces of the stored samples. */
    enum Colour {
        GREY(1),
        YCBCR(3),
        RGB(3),
        CMYK(4),
        YCCK(4);

        final int components;

        Colour(int components) {
            this.components = components;
        }
    }

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;

    /**
     * Each scan costs a pass over the whole picture. libjpeg's own progression has 10 scans in colour and 18 for four
     * components.
     */
    private static final int MAX_SCANS = 32;

    private static final byte[] JFIF = {
        (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    private static final byte[] ADOBE_UNTRANSFORMED = {
        (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private final byte[] bytes;
    private final ImageLimits limits;
    private final ByteArrayOutputStream kept;
    private int at = 2;
    private int scans;
    private int width;
    private int height;
    private int components;
    private String componentIds = "";
    private boolean jfif;
    private int adobeTransform = -1;

    private JpegFile(byte[] bytes, ImageLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
        this.kept = new ByteArrayOutputStream(bytes.length);
    }

    static boolean matches(byte[] bytes) {
        return bytes.length >= 3 && byteAt(bytes, 0) == 0xFF && byteAt(bytes, 1) == START && byteAt(bytes, 2) == 0xFF;
    }

    /** Walks {@code bytes}; the size is checked against {@code limits} as soon as it is met. */
    static JpegFile read(byte[] bytes, ImageLimits limits) {
        JpegFile file = new JpegFile(bytes, limits);
        boolean more = true;
        while (more) {
            more = file.segment();
        }
        return file;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /**
     * The colour space of the samples, by the rules of libjpeg: Adobe's marker says it; else JFIF means YCbCr; else the
     * component names R, G, B mean RGB.
     */
    Colour colour() {
        if (components == 1) {
            return Colour.GREY;
        }
        if (components == 4) {
            return adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
        }
        boolean rgb = !jfif && (adobeTransform == 0 || (adobeTransform < 0 && componentIds.equals("RGB")));
        return rgb ? Colour.RGB : Colour.YCBCR;
    }

    /** The reduced stream; four components are marked so that a decoder hands them out as they are stored. */
    byte[] stream() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream(kept.size() + 32);
        stream.write(0xFF);
        stream.write(START);
        Colour colour = colour();
        stream.writeBytes(colour == Colour.GREY || colour == Colour.YCBCR ? JFIF : ADOBE_UNTRANSFORMED);
        stream.writeBytes(kept.toByteArray());
        return stream.toByteArray();
    }

    private boolean segment() {
        int start = at;
        int marker = marker();
        if (marker == END) {
            end();
            return false;
        }
        int length = length(marker);
        int next = at + length;
        boolean described = describe(marker, at + 2, length - 2);
        at = next;
        if (marker == SCAN) {
            skipScan();
        }
        if (described) {
            kept.write(bytes, start, at - start);
        }
        return true;
    }

    private int marker() {
        if (at + 2 > bytes.length) {
            throw truncated("before the end-of-image marker");
        }
        if (byteAt(bytes, at) != 0xFF) {
            throw new InvalidImageException(
                    "the JPEG has 0x%02x at byte %d where a marker was expected".formatted(byteAt(bytes, at), at));
        }
        while (at + 1 < bytes.length && byteAt(bytes, at + 1) == 0xFF) {
            at++;
        }
        at += 2;
        if (at > bytes.length) {
            throw truncated("inside a marker");
        }
        return byteAt(bytes, at - 1);
    }

    private int length(int marker) {
        if (marker < 0xC0 || (marker >= 0xD0 && marker <= START)) {
            throw new InvalidImageException(
                    "the JPEG has marker 0x%02x at byte %d, where a segment was expected".formatted(marker, at - 2));
        }
        if (at + 2 > bytes.length) {
            throw truncated("inside a segment");
        }
        int length = shortAt(at);
        if (length < 2) {
            throw new InvalidImageException("the JPEG has a segment of length %d at byte %d".formatted(length, at));
        }
        if (at + length > bytes.length) {
            throw truncated("inside a segment");
        }
        return length;
    }

    /** Notes what the segment tells; false if a decoder does not need it. */
    private boolean describe(int marker, int from, int length) {
        if (marker == 0xE0) {
            jfif |= startsWith(from, length, "JFIF\0");
        } else if (marker == 0xEE && length >= 12 && startsWith(from, length, "Adobe")) {
            adobeTransform = byteAt(bytes, from + 11);
        } else if (isFrame(marker)) {
            frame(marker, from, length);
        } else if (marker == SCAN) {
            scan();
        }
        return (marker & 0xF0) != 0xE0 && marker != 0xFE;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void frame(int marker, int from, int length) {
        if (components != 0) {
            throw new InvalidImageException("the JPEG has a second frame header at byte " + (from - 4));
        }
        if (length < 6 || length < 6 + 3 * byteAt(bytes, from + 5)) {
            throw new InvalidImageException("the JPEG's frame header has only %d bytes".formatted(length));
        }
        int precision = byteAt(bytes, from);
        if (marker > 0xC2 || precision != 8) {
            throw new UnsupportedImageException(
                    "expected an 8-bit baseline or progressive Huffman-coded JPEG, found frame type 0x%02x with %d bits"
                            .formatted(marker, precision));
        }
        height = shortAt(from + 1);
        width = shortAt(from + 3);
        limits.check("JPEG", width, height);
        components = byteAt(bytes, from + 5);
        if (components != 1 && components != 3 && components != 4) {
            throw new UnsupportedImageException("expected a JPEG of 1, 3 or 4 components, found " + components);
        }
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < components; i++) {
            ids.append((char) byteAt(bytes, from + 6 + 3 * i));
        }
        componentIds = ids.toString();
    }

    private void scan() {
        if (components == 0) {
            throw new InvalidImageException("the JPEG has pixel data before its frame header");
        }
        if (++scans > MAX_SCANS) {
            throw new InvalidImageException("the JPEG has more than %d scans".formatted(MAX_SCANS));
        }
    }

    private void end() {
        if (scans == 0) {
            throw new InvalidImageException("the JPEG ends without pixel data");
        }
        kept.write(0xFF);
        kept.write(END);
    }

    /** Moves to the marker after the entropy-coded data; stuffed zeros, fill bytes and restart markers belong to it. */
    private void skipScan() {
        int i = at;
        while (i + 1 < bytes.length) {
            if (bytes[i] != (byte) 0xFF) {
                i++;
                continue;
            }
            int next = byteAt(bytes, i + 1);
            if (next == 0 || (next >= 0xD0 && next <= 0xD7)) {
                i += 2;
            } else if (next == 0xFF) {
                i++;
            } else {
                at = i;
                return;
            }
        }
        throw truncated("inside its pixel data");
    }

    private InvalidImageException truncated(String where) {
        return new InvalidImageException("the JPEG is truncated: its %d bytes end %s".formatted(bytes.length, where));
    }

    private boolean startsWith(int from, int length, String text) {
        if (length < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int shortAt(int index) {
        return byteAt(bytes, index) << 8 | byteAt(bytes, index + 1);
    }

    private static int byteAt(byte[] bytes, int index) {
        return bytes[index] & 0xFF;
    }
}
