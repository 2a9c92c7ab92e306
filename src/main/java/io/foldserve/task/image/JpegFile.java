package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** Where bytes that a decoder needs lie in the file. */
    private record Part(int from, int to) {}

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;

    /**
     * Each scan costs a pass over the whole picture. libjpeg's own progression has 10 scans in colour and 18 for four
     * components.
     */
    private static final int MAX_SCANS = 32;

    /** Far above any encoder's; each takes memory. */
    private static final int MAX_PARTS = 1000;

    private static final byte[] JFIF = {
        (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    private static final byte[] ADOBE_UNTRANSFORMED = {
        (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private final byte[] bytes;
    private final ImageLimits limits;
    private final List<Part> kept = new ArrayList<>();
    private int keptBytes;
    private int at = 2;
    private int scans;
    private Optional<JpegFrame> frame = Optional.empty();
    private boolean jfif;
    private int adobeTransform = -1;

    private JpegFile(byte[] bytes, ImageLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
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

    /** The frame's header; a file that was read has one. */
    JpegFrame frame() {
        return frame.orElseThrow();
    }

    /**
     * The colour space of the samples, by the rules of libjpeg: Adobe's marker says it; else JFIF means YCbCr; else the
     * component names R, G, B mean RGB.
     */
    Colour colour() {
        int components = frame().components();
        if (components == 1) {
            return Colour.GREY;
        }
        if (components == 4) {
            return adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
        }
        boolean rgb = !jfif
                && (adobeTransform == 0
                        || (adobeTransform < 0 && frame().componentIds().equals("RGB")));
        return rgb ? Colour.RGB : Colour.YCBCR;
    }

    /** The reduced stream; four components are marked so that a decoder hands them out as they are stored. */
    byte[] stream() {
        byte[] head = colour() == Colour.GREY || colour() == Colour.YCBCR ? JFIF : ADOBE_UNTRANSFORMED;
        ByteBuffer stream = ByteBuffer.allocate(2 + head.length + keptBytes + 2);
        stream.put((byte) 0xFF).put((byte) START).put(head);
        kept.forEach(part -> stream.put(bytes, part.from(), part.to() - part.from()));
        return stream.put((byte) 0xFF).put((byte) END).array();
    }

    /**
     * What decoding holds: the reduced stream; the samples, for four components also the colours that they become; and
     * of a picture in several scans libjpeg's coefficients, 2 bytes each.
     */
    long decodingBytes() {
        int components = frame().components();
        long samples = (long) frame().width() * frame().height() * (components == 4 ? 4 + 3 : components);
        return keptBytes + samples + (scans > 1 || frame().progressive() ? 2 * frame().coefficients() : 0);
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
            keep(start);
        }
        return true;
    }

    /** A part of the stream up to here; what follows another part without a gap belongs to it. */
    private void keep(int start) {
        keptBytes += at - start;
        int last = kept.size() - 1;
        if (last >= 0 && kept.get(last).to() == start) {
            kept.set(last, new Part(kept.get(last).from(), at));
        } else if (kept.size() == MAX_PARTS) {
            throw new InvalidImageException(
                    "the JPEG has more than %d comments between its tables".formatted(MAX_PARTS));
        } else {
            kept.add(new Part(start, at));
        }
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
        } else if (JpegFrame.isMarker(marker)) {
            frame(marker, from, length);
        } else if (marker == SCAN) {
            scan();
        }
        return (marker & 0xF0) != 0xE0 && marker != 0xFE;
    }

    private void frame(int marker, int from, int length) {
        if (frame.isPresent()) {
            throw new InvalidImageException("the JPEG has a second frame header at byte " + (from - 4));
        }
        frame = Optional.of(JpegFrame.read(bytes, marker, from, length, limits));
    }

    private void scan() {
        if (frame.isEmpty()) {
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
