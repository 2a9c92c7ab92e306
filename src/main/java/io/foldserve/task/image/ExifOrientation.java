package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held (EXIF 2.3, tag 0x0112, in a JPEG's first EXIF segment, a PNG's chunk eXIf or a WebP's EXIF),
 * and the turning that sets its picture upright: Pillow's {@code ImageOps.exif_transpose}.
 *
 * <p>Stateless and thread-safe.
 */
public final class ExifOrientation {
    private static final int UPRIGHT = 1;
    private static final int LARGEST = 8;
    private static final int TAG = 0x0112;
    private static final int UNSIGNED_SHORT = 3;
    private static final int ENTRY_BYTES = 12;

    /** "Exif" and two zeros. */
    private static final long SIGNATURE = 0x457869660000L;

    private static final int SIGNATURE_BYTES = 6;

    private static final int PNG_CHUNKS = 8;
    private static final int PNG_EXIF = 0x65584966;
    private static final int CHECKSUM = 4;
    private static final int WEBP_CHUNKS = 12;

    /** EXIF in little-endian order. */
    private static final int WEBP_EXIF = 0x46495845;

    private static final int CHUNK_HEAD = 8;

    private ExifOrientation() {}

    /**
     * {@code decoded} set upright, itself if it is already or if nothing legible says how it lies.
     *
     * @param encoded the file that it was decoded from
     */
    public static RasterImage upright(RasterImage decoded, byte[] encoded) {
        return turned(decoded, find(encoded));
    }

    /** {@code decoded} set upright as the TIFF says that it was decoded from, itself if that says nothing. */
    static RasterImage uprightTiff(RasterImage decoded, byte[] tiff) {
        return turned(decoded, directory(ByteBuffer.wrap(tiff)));
    }

    private static int find(byte[] encoded) {
        ByteBuffer file = ByteBuffer.wrap(encoded);
        if (JpegFile.matches(encoded)) {
            return segment(file);
        }
        if (PngDecoder.matches(encoded)) {
            return chunk(file, PNG_CHUNKS, PNG_EXIF, true);
        }
        return WebpDecoder.matches(encoded)
                ? chunk(file.order(ByteOrder.LITTLE_ENDIAN), WEBP_CHUNKS, WEBP_EXIF, false)
                : UPRIGHT;
    }

    /**
     * Walks the chunks from byte {@code first}: of a PNG length, name, data and checksum; of a WebP name, length, and
     * data of an even number of bytes.
     */
    private static int chunk(ByteBuffer file, int first, int name, boolean png) {
        long at = first;
        while (at + CHUNK_HEAD <= file.limit()) {
            long length = file.getInt((int) at + (png ? 0 : 4)) & 0xFFFF_FFFFL;
            if (at + CHUNK_HEAD + length > file.limit()) {
                return UPRIGHT;
            }
            if (file.getInt((int) at + (png ? 4 : 0)) == name) {
                return exif(file.slice((int) at + CHUNK_HEAD, (int) length));
            }
            at += CHUNK_HEAD + length + (png ? CHECKSUM : length & 1);
        }
        return UPRIGHT;
    }

    /** Some writers put a JPEG's signature in front of the directory. */
    private static int exif(ByteBuffer data) {
        boolean signed = data.limit() > SIGNATURE_BYTES + 2 && data.getLong(0) >>> 16 == SIGNATURE;
        return directory(signed ? data.slice(SIGNATURE_BYTES, data.limit() - SIGNATURE_BYTES) : data);
    }

    /** Walks the segments up to the first scan or frame end. */
    private static int segment(ByteBuffer file) {
        int at = 2;
        while (at + 4 + SIGNATURE_BYTES <= file.limit()) {
            int marker = file.getShort(at) & 0xFFFF;
            if (marker == 0xFFFF) {
                at++;
                continue;
            }
            int length = file.getShort(at + 2) & 0xFFFF;
            if (marker == 0xFFDA || marker == 0xFFD9 || length < 2 || at + 2 + length > file.limit()) {
                return UPRIGHT;
            }
            if (marker == 0xFFE1 && length > 2 + SIGNATURE_BYTES && file.getLong(at + 2) << 16 == SIGNATURE << 16) {
                int start = at + 4 + SIGNATURE_BYTES;
                return directory(file.slice(start, at + 2 + length - start));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    /** The orientation in the first directory of {@code tiff}. */
    private static int directory(ByteBuffer tiff) {
        if (tiff.limit() < 8) {
            return UPRIGHT;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long start = tiff.getInt(4) & 0xFFFF_FFFFL;
        if (start + 2 > tiff.limit()) {
            return UPRIGHT;
        }
        int entries = tiff.getShort((int) start) & 0xFFFF;
        for (int entry = 0; entry < entries; entry++) {
            long at = start + 2 + (long) entry * ENTRY_BYTES;
            if (at + ENTRY_BYTES > tiff.limit()) {
                return UPRIGHT;
            }
            if ((tiff.getShort((int) at) & 0xFFFF) == TAG) {
                return value(tiff, (int) at);
            }
        }
        return UPRIGHT;
    }

    private static int value(ByteBuffer tiff, int entry) {
        int value = tiff.getShort(entry + 8) & 0xFFFF;
        boolean known = tiff.getShort(entry + 2) == UNSIGNED_SHORT && value >= UPRIGHT && value <= LARGEST;
        return known ? value : UPRIGHT;
    }

    private static RasterImage turned(RasterImage image, int orientation) {
        if (orientation == UPRIGHT) {
            return image;
        }
        boolean sideways = orientation >= 5;
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int width = sideways ? image.height() : image.width();
        int height = sideways ? image.width() : image.height();
        int channels = image.channels();
        byte[] from = image.array();
        byte[] turned = new byte[from.length];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to += channels) {
                int across = sideways ? y : x;
                int down = sideways ? x : y;
                int column = mirrored ? image.width() - 1 - across : across;
                int row = flipped ? image.height() - 1 - down : down;
                int source = (row * image.width() + column) * channels;
                for (int channel = 0; channel < channels; channel++) {
                    turned[to + channel] = from[source + channel];
                }
            }
        }
        return new RasterImage(width, height, channels, turned);
    }
}
