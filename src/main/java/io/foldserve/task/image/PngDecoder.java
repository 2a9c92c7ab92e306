package io.foldserve.task.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Reads a PNG (ISO/IEC 15948): every colour type and bit depth, interlaced or not. Stricter than most readers: the
 * checksums of the chunks that matter must hold, and the file must be complete to its end chunk.
 */
final class PngDecoder {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;

    /** Length, type and checksum. */
    private static final int CHUNK_OVERHEAD = 12;

    /** A file may consist of chunks of a byte. */
    private static final long PART_BYTES = 32;

    private static final int PARTS_AT_A_TIME = 256;

    private final byte[] bytes;
    private final ImageLimits limits;
    private final List<PngPixelData.Part> data = new ArrayList<>();
    private int at = SIGNATURE.length;
    private byte[] palette = new byte[0];

    private PngDecoder(byte[] bytes, ImageLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    static boolean matches(byte[] bytes) {
        if (bytes.length < SIGNATURE.length) {
            return false;
        }
        for (int i = 0; i < SIGNATURE.length; i++) {
            if (bytes[i] != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    static RasterImage decode(byte[] bytes, ImageLimits limits) {
        PngDecoder decoder = new PngDecoder(bytes, limits);
        PngHeader header = decoder.header();
        decoder.chunks();
        limits.room().accept(header.decodingBytes());
        PngPixelData data = new PngPixelData(bytes, decoder.data);
        return new PngRows(header, decoder.palette(header), data, limits.wanted()).read();
    }

    private PngHeader header() {
        int length = length();
        if (intAt(at + 4) != IHDR || length != 13) {
            throw new InvalidImageException("the PNG does not start with a 13-byte IHDR chunk");
        }
        int from = at + 8;
        limits.check("PNG", intAt(from) & 0xFFFF_FFFFL, intAt(from + 4) & 0xFFFF_FFFFL);
        checkSum(length);
        PngHeader header = new PngHeader(
                intAt(from), intAt(from + 4), bytes[from + 8] & 0xFF, bytes[from + 9] & 0xFF, bytes[from + 12] == 1);
        if (bytes[from + 10] != 0 || bytes[from + 11] != 0 || (bytes[from + 12] & 0xFE) != 0) {
            throw new InvalidImageException(
                    "the PNG declares compression %d, filter %d, interlace %d; expected 0, 0, 0 or 1"
                            .formatted(bytes[from + 10], bytes[from + 11], bytes[from + 12]));
        }
        at += length + CHUNK_OVERHEAD;
        return header;
    }

    private void chunks() {
        while (true) {
            int length = length();
            int type = intAt(at + 4);
            if (isCritical(type)) {
                checkSum(length);
                if (type == IEND) {
                    return;
                }
                critical(type, length);
            }
            at += length + CHUNK_OVERHEAD;
        }
    }

    private void critical(int type, int length) {
        if (type == IDAT) {
            add(length);
        } else if (type == PLTE) {
            palette(length);
        } else {
            throw new InvalidImageException("the PNG has an unknown or misplaced critical chunk " + name(type));
        }
    }

    private void add(int length) {
        if (data.size() % PARTS_AT_A_TIME == 0) {
            limits.room().accept(PARTS_AT_A_TIME * PART_BYTES);
        }
        data.add(new PngPixelData.Part(at + 8, length));
    }

    private void palette(int length) {
        if (length == 0 || length % 3 != 0 || length > 768 || palette.length != 0 || !data.isEmpty()) {
            throw new InvalidImageException(
                    "the PNG has a palette of %d bytes at byte %d; expected one, of 1 to 256 colours, before the pixels"
                            .formatted(length, at));
        }
        palette = Arrays.copyOfRange(bytes, at + 8, at + 8 + length);
    }

    private byte[] palette(PngHeader header) {
        if (header.isPalette() && palette.length == 0) {
            throw new InvalidImageException("the PNG is a palette picture without a palette");
        }
        return palette;
    }

    private static boolean isCritical(int type) {
        return (type & 0x2000_0000) == 0;
    }

    /** The length of the chunk at {@link #at}, which is known to lie within the file. */
    private int length() {
        if (at + CHUNK_OVERHEAD > bytes.length) {
            throw truncated();
        }
        int length = intAt(at);
        if (length < 0) {
            throw new InvalidImageException("the PNG has a chunk of more than 2^31-1 bytes at byte " + at);
        }
        if (length > bytes.length - CHUNK_OVERHEAD - at) {
            throw truncated();
        }
        return length;
    }

    private void checkSum(int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, at + 4, length + 4);
        if ((int) crc.getValue() != intAt(at + 8 + length)) {
            throw new InvalidImageException("the PNG is corrupt: the checksum of chunk %s at byte %d is wrong"
                    .formatted(name(intAt(at + 4)), at));
        }
    }

    private InvalidImageException truncated() {
        return new InvalidImageException(
                "the PNG is truncated: its %d bytes end before its end chunk".formatted(bytes.length));
    }

    private static String name(int type) {
        StringBuilder name = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            int letter = type >> shift & 0xFF;
            name.append(Character.isLetter(letter) && letter < 128 ? (char) letter : '?');
        }
        return name.toString();
    }

    private int intAt(int index) {
        return (bytes[index] & 0xFF) << 24
                | (bytes[index + 1] & 0xFF) << 16
                | (bytes[index + 2] & 0xFF) << 8
                | (bytes[index + 3] & 0xFF);
    }
}
