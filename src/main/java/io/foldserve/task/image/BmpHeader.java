package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * What the headers of a BMP that is read declare; the file is known to hold all that they promise.
 *
 * @param width in pixels
 * @param height in pixels
 * @param topDown whether the first stored row is the top one
 * @param bits of a pixel: 1, 4, 8, 24 or 32
 * @param palette where the palette begins
 * @param colourBytes 3 or 4 for each of its colours: blue, green, red
 * @param colours how many it has; 0 of pixels without a palette
 * @param pixels where the pixels begin
 * @param red the byte of a pixel without a palette that has its red
 * @param green the byte that has its green
 * @param blue the byte that has its blue
 */
record BmpHeader(
        int width,
        int height,
        boolean topDown,
        int bits,
        int palette,
        int colourBytes,
        int colours,
        long pixels,
        int red,
        int green,
        int blue) {
    private static final int FILE_HEADER = 14;
    private static final int OS2_HEADER = 12;
    private static final int WINDOWS_HEADER = 40;
    private static final Set<Integer> HEADERS = Set.of(OS2_HEADER, WINDOWS_HEADER, 52, 56, 64, 108, 124);
    private static final Set<Integer> DEPTHS = Set.of(1, 4, 8, 24, 32);
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;
    private static final int MASKS = FILE_HEADER + WINDOWS_HEADER;
    private static final int MASKS_BYTES = 12;

    static boolean matches(byte[] bytes) {
        return bytes.length >= FILE_HEADER + 4
                && bytes[0] == 'B'
                && bytes[1] == 'M'
                && HEADERS.contains(little(bytes).getInt(FILE_HEADER));
    }

    /** Reads the headers; the size is checked against {@code limits} first. */
    static BmpHeader read(byte[] bytes, ImageLimits limits) {
        ByteBuffer file = little(bytes);
        int length = file.getInt(FILE_HEADER);
        expect(file, FILE_HEADER + length);
        boolean os2 = length == OS2_HEADER;
        long width = os2 ? file.getShort(18) & 0xFFFF : file.getInt(18) & 0xFFFF_FFFFL;
        long height = os2 ? file.getShort(20) & 0xFFFF : file.getInt(22);
        limits.check("BMP", width, Math.abs(height));
        int bits = file.getShort(os2 ? 24 : 28) & 0xFFFF;
        int compression = os2 ? UNCOMPRESSED : file.getInt(30);
        boolean masked = compression == BIT_FIELDS && bits == 32;
        if (!DEPTHS.contains(bits) || (compression != UNCOMPRESSED && !masked)) {
            throw new UnsupportedImageException(
                    "expected an uncompressed BMP of 1, 4, 8, 24 or 32 bits, found compression %d and %d bits"
                            .formatted(compression, bits));
        }
        int palette = FILE_HEADER + length + (masked && length == WINDOWS_HEADER ? MASKS_BYTES : 0);
        int colours = bits > 8 ? 0 : colours(os2 ? 0 : file.getInt(46), bits);
        int colourBytes = os2 ? 3 : 4;
        int end = palette + colours * colourBytes;
        expect(file, end);
        long pixels = pixels(file.getInt(10) & 0xFFFF_FFFFL, FILE_HEADER + length, end);
        BmpHeader header = new BmpHeader(
                (int) width,
                (int) Math.abs(height),
                height < 0,
                bits,
                palette,
                colourBytes,
                colours,
                pixels,
                masked ? byteOf(file.getInt(MASKS)) : 2,
                masked ? byteOf(file.getInt(MASKS + 4)) : 1,
                masked ? byteOf(file.getInt(MASKS + 8)) : 0);
        expect(file, pixels + (header.height - 1) * header.stride() + (width * bits + 7) / 8);
        return header;
    }

    /** Bytes of a row, padded to whole words of 32 bits. */
    long stride() {
        return ((long) width * bits + 31) / 32 * 4;
    }

    private static int colours(int declared, int bits) {
        int colours = declared == 0 ? 1 << bits : declared;
        if (colours < 0 || colours > 256) {
            throw new InvalidImageException(
                    "the BMP declares a palette of %d colours, expected 1 to 256".formatted(colours & 0xFFFF_FFFFL));
        }
        return colours;
    }

    /** Some writers declare no place, or leave the palette out of the count; both are read as Pillow reads them. */
    private static long pixels(long declared, int headersEnd, int paletteEnd) {
        if (declared == 0 || declared == headersEnd) {
            return paletteEnd;
        }
        if (declared < paletteEnd) {
            throw new InvalidImageException("the BMP declares pixels at byte %d, but its headers and palette end at %d"
                    .formatted(declared, paletteEnd));
        }
        return declared;
    }

    private static int byteOf(int mask) {
        return switch (mask) {
            case 0xFF -> 0;
            case 0xFF00 -> 1;
            case 0xFF_0000 -> 2;
            case 0xFF00_0000 -> 3;
            default ->
                throw new UnsupportedImageException(
                        "expected a BMP whose channels are whole bytes, found the mask 0x%08x".formatted(mask));
        };
    }

    private static void expect(ByteBuffer file, long end) {
        if (file.limit() < end) {
            throw new InvalidImageException(
                    "the BMP is truncated: it has %d bytes, expected %d".formatted(file.limit(), end));
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
