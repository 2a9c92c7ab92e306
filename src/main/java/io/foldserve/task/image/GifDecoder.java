package io.foldserve.task.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the first frame of a GIF (CompuServe, GIF87a and GIF89a), interlaced or not, as Pillow's {@code convert("RGB")}
 * gives it: transparency is dropped, and where the frame leaves the screen open lies the transparent colour, or the
 * first if there is none.
 */
final class GifDecoder {
    private static final int HEADER = 13;
    private static final int FRAME = 0x2C;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int HAS_PALETTE = 0x80;
    private static final int INTERLACED = 0x40;

    private final byte[] bytes;
    private int at = HEADER;
    private byte[] palette = greys();
    private int open;

    private GifDecoder(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean matches(byte[] bytes) {
        if (bytes.length < 6) {
            return false;
        }
        String signature = new String(bytes, 0, 6, StandardCharsets.ISO_8859_1);
        return signature.equals("GIF87a") || signature.equals("GIF89a");
    }

    static RasterImage decode(byte[] bytes, ImageLimits limits) {
        GifDecoder decoder = new GifDecoder(bytes);
        decoder.expect(0, HEADER);
        decoder.palette(bytes[HEADER - 3]);
        decoder.skipToFrame();
        return decoder.frame(limits);
    }

    /** Without any palette an index is a grey level, as for Pillow. */
    private static byte[] greys() {
        byte[] greys = new byte[3 * 256];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = (byte) (i / 3);
        }
        return greys;
    }

    private void palette(int flags) {
        if ((flags & HAS_PALETTE) != 0) {
            int length = 3 << ((flags & 7) + 1);
            expect(at, length);
            palette = Arrays.copyOfRange(bytes, at, at + length);
            at += length;
        }
    }

    private void skipToFrame() {
        int block = next();
        while (block == EXTENSION) {
            int label = next();
            int length = next();
            expect(at, length);
            if (label == GRAPHIC_CONTROL && length >= 4 && (bytes[at] & 1) != 0) {
                open = bytes[at + 3] & 0xFF;
            }
            while (length > 0) {
                at += length;
                length = next();
                expect(at, length);
            }
            block = next();
        }
        if (block != FRAME) {
            throw new InvalidImageException(
                    "the GIF has 0x%02x at byte %d where its first frame was expected".formatted(block, at - 1));
        }
    }

    private RasterImage frame(ImageLimits limits) {
        expect(at, 9);
        int left = shortAt(at);
        int top = shortAt(at + 2);
        int width = shortAt(at + 4);
        int height = shortAt(at + 6);
        int flags = bytes[at + 8];
        at += 9;
        limits.check("GIF's frame", width, height);
        int screenWidth = Math.max(shortAt(6), left + width);
        int screenHeight = Math.max(shortAt(8), top + height);
        limits.check("GIF", screenWidth, screenHeight);
        limits.room().accept(3L * screenWidth * screenHeight + (long) width * height);
        palette(flags);
        int codeSize = next();
        byte[] indices =
                new GifPixels(bytes, at, codeSize, limits.going()).read(width, height, (flags & INTERLACED) != 0);
        byte[] samples = new byte[screenWidth * screenHeight * 3];
        if (width < screenWidth || height < screenHeight) {
            for (int to = 0; to < samples.length; to += 3) {
                colour(open, samples, to);
            }
        }
        for (int i = 0; i < indices.length; i++) {
            int pixel = (top + i / width) * screenWidth + left + i % width;
            colour(indices[i] & 0xFF, samples, 3 * pixel);
        }
        return new RasterImage(screenWidth, screenHeight, 3, samples);
    }

    private void colour(int index, byte[] samples, int to) {
        if (3 * index >= palette.length) {
            throw new InvalidImageException(
                    "the GIF has a pixel of colour %d, beyond its palette of %d".formatted(index, palette.length / 3));
        }
        samples[to] = palette[3 * index];
        samples[to + 1] = palette[3 * index + 1];
        samples[to + 2] = palette[3 * index + 2];
    }

    private int next() {
        expect(at, 1);
        return bytes[at++] & 0xFF;
    }

    private void expect(int from, int length) {
        if (length > bytes.length - from) {
            throw new InvalidImageException(
                    "the GIF is truncated: its %d bytes end before its first frame's pixels".formatted(bytes.length));
        }
    }

    private int shortAt(int index) {
        return (bytes[index] & 0xFF) | (bytes[index + 1] & 0xFF) << 8;
    }
}
