package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the first directory of a TIFF that is read declares (TIFF 6.0, sections 2 to 11, 14 and 15).
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels the samples of a pixel, 1 to 4
 * @param bits of a sample: 8; 16 of grey, RGB and inks; 1, 2 or 4 of grey and of a palette
 * @param inks true if the samples are cyan, magenta, yellow and black
 * @param palette where the red, green and blue of the colours begin, 16 bits each; 0 of pixels without a palette
 * @param blockWidth of a strip or tile, in pixels
 * @param blockBytes what the largest strip or tile takes, decompressed
 * @param differences where the file says that each 16-bit sample is its difference from the pixel before in its block;
 *     0 if it does not say so
 */
record TiffHeader(
        int width,
        int height,
        int channels,
        int bits,
        boolean inks,
        int palette,
        int blockWidth,
        long blockBytes,
        int differences) {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int SAMPLES = 277;
    private static final int STRIP_ROWS = 278;
    private static final int PLANAR = 284;
    private static final int PREDICTOR = 317;
    private static final int COLOUR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int INK_SET = 332;
    private static final int EXTRA_SAMPLES = 338;

    /** None, LZW, deflate by both its numbers, and PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 5L, 8L, 32_946L, 32_773L);

    /** CCITT's run lengths, T.4 (group 3) and T.6 (group 4). */
    private static final Set<Long> FAX = Set.of(2L, 3L, 4L);

    private static final long DIFFERENCES = 2;
    private static final long BLACK_IS_0 = 1;
    private static final long RGB = 2;
    private static final long PALETTE = 3;
    private static final long INKS = 5;
    private static final long CYAN_TO_BLACK = 1;
    private static final long PREMULTIPLIED = 1;

    /** Photometric interpretations by their number, and the samples they have without an alpha channel. */
    private static final Map<Long, Integer> CHANNELS = Map.of(0L, 1, 1L, 1, 2L, 3, PALETTE, 1, INKS, 4);

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int ENTRY_BYTES = 12;

    static boolean matches(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 4), StandardCharsets.ISO_8859_1);
        return bytes.length >= 8 && (start.equals("II*\0") || start.equals("MM\0*"));
    }

    /** Reads the first directory; the size is checked against {@code limits} first. */
    static TiffHeader read(byte[] bytes, ImageLimits limits) {
        ByteBuffer file =
                ByteBuffer.wrap(bytes).order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        Map<Integer, Long> tags = directory(file, bytes.length);
        long width = tags.getOrDefault(WIDTH, 0L);
        long height = tags.getOrDefault(HEIGHT, 0L);
        limits.check("TIFF", width, height);
        int channels = channels(tags);
        boolean tiled = tags.containsKey(TILE_WIDTH) || tags.containsKey(TILE_HEIGHT);
        long blockWidth = tiled ? tags.getOrDefault(TILE_WIDTH, 0L) : width;
        long blockHeight = tiled ? tags.getOrDefault(TILE_HEIGHT, 0L) : Math.min(height, stripRows(tags));
        limits.check("TIFF's tile", blockWidth, blockHeight);
        long photometric = tags.getOrDefault(PHOTOMETRIC, -1L);
        int bits = tags.getOrDefault(BITS, 1L).intValue();
        boolean differs = bits == 16 && tags.getOrDefault(PREDICTOR, 1L) == DIFFERENCES;
        return new TiffHeader(
                (int) width,
                (int) height,
                channels,
                bits,
                photometric == INKS,
                photometric == PALETTE ? palette(tags, 1 << bits, bytes.length) : 0,
                (int) blockWidth,
                blockWidth * blockHeight * channels * Math.max(bits / 8, 1),
                differs ? at(file, PREDICTOR) : 0);
    }

    /** The bytes of a sample when it is read. */
    int sampleBytes() {
        return Math.max(bits / 8, 1);
    }

    private static long stripRows(Map<Integer, Long> tags) {
        return tags.getOrDefault(STRIP_ROWS, Long.MAX_VALUE);
    }

    private static int channels(Map<Integer, Long> tags) {
        long photometric = tags.getOrDefault(PHOTOMETRIC, -1L);
        Integer colours = CHANNELS.get(photometric);
        long samples = tags.getOrDefault(SAMPLES, 1L);
        boolean alpha = colours != null && photometric <= RGB && samples == colours + 1;
        expect(colours != null && (samples == colours || alpha), "%d samples of colour space %d", samples, photometric);
        expect(!alpha || tags.getOrDefault(EXTRA_SAMPLES, 0L) != PREMULTIPLIED, "colours multiplied by their alpha");
        long bits = tags.getOrDefault(BITS, 1L);
        expect(
                isRead(bits, photometric, samples),
                "%d samples of %d bits of colour space %d",
                samples,
                bits,
                photometric);
        expect(
                photometric != INKS || tags.getOrDefault(INK_SET, CYAN_TO_BLACK) == CYAN_TO_BLACK,
                "other inks than CMYK");
        long compression = tags.getOrDefault(COMPRESSION, 1L);
        boolean bilevel = bits == 1 && photometric <= BLACK_IS_0;
        expect(
                COMPRESSIONS.contains(compression) || (bilevel && FAX.contains(compression)),
                "compression %d",
                compression);
        expect(samples == 1 || tags.getOrDefault(PLANAR, 1L) == 1, "a plane for each channel");
        return (int) samples;
    }

    /** Pillow does not read 16-bit grey beside alpha, and takes one whose 0 is white for its negative. */
    private static boolean isRead(long bits, long photometric, long samples) {
        boolean grey = photometric <= BLACK_IS_0;
        if (bits == 16) {
            return grey ? photometric == BLACK_IS_0 && samples == 1 : photometric != PALETTE;
        }
        return bits == 8 || (samples == 1 && (bits == 1 || bits == 2 || bits == 4));
    }

    private static int palette(Map<Integer, Long> tags, int colours, int length) {
        long at = tags.getOrDefault(COLOUR_MAP, 0L);
        if (at < 8 || at + 6L * colours > length) {
            throw new InvalidImageException("the TIFF is corrupt: it has no palette of %d colours".formatted(colours));
        }
        return (int) at;
    }

    private static void expect(boolean read, String found, Object... values) {
        if (!read) {
            throw new UnsupportedImageException(
                    ("expected a TIFF of grey, RGB or CMYK of 8 or 16 bits, or of grey or a palette of 1, 2, 4 or 8 "
                                    + "bits, uncompressed or by LZW, deflate or PackBits, or of black and white by "
                                    + "CCITT's T.4 or T.6, found one with " + found)
                            .formatted(values));
        }
    }

    /** Where the value of {@code tag} stands, which the directory has. */
    private static int at(ByteBuffer file, int tag) {
        int entry = file.getInt(4) + 2;
        while ((file.getShort(entry) & 0xFFFF) != tag) {
            entry += ENTRY_BYTES;
        }
        return entry + 8;
    }

    /** The first value of each tag, or where its values lie if they are more than one and longer than a word. */
    private static Map<Integer, Long> directory(ByteBuffer file, int length) {
        long start = file.getInt(4) & 0xFFFF_FFFFL;
        inside(start + 2, length);
        int entries = file.getShort((int) start) & 0xFFFF;
        inside(start + 2 + (long) ENTRY_BYTES * entries, length);
        Map<Integer, Long> tags = new TreeMap<>();
        for (int i = 0; i < entries; i++) {
            int at = (int) start + 2 + ENTRY_BYTES * i;
            tags.putIfAbsent(file.getShort(at) & 0xFFFF, value(file, at, length));
        }
        return tags;
    }

    private static long value(ByteBuffer file, int at, int length) {
        int tag = file.getShort(at) & 0xFFFF;
        int type = file.getShort(at + 2) & 0xFFFF;
        long count = file.getInt(at + 4) & 0xFFFF_FFFFL;
        long word = file.getInt(at + 8) & 0xFFFF_FFFFL;
        if (tag == COLOUR_MAP || type != SHORT) {
            return type == SHORT || type == LONG ? word : -1;
        }
        if (count <= 2) {
            return file.getShort(at + 8) & 0xFFFF;
        }
        inside(word + 2 * count, length);
        return alike(file, tag, (int) word, (int) count);
    }

    /** The one value that all of a tag have; the bits of a pixel's samples, if they differ, are none that is read. */
    private static long alike(ByteBuffer file, int tag, int at, int count) {
        int first = file.getShort(at) & 0xFFFF;
        for (int i = 1; tag == BITS && i < count; i++) {
            if ((file.getShort(at + 2 * i) & 0xFFFF) != first) {
                return -1;
            }
        }
        return first;
    }

    private static void inside(long end, int length) {
        if (end > length) {
            throw new InvalidImageException(
                    "the TIFF is truncated: its first directory reaches to byte %d, and %d are there"
                            .formatted(end, length));
        }
    }
}
