package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first frame of an animated WebP as a file of its own, and where it lies on the animation's canvas (RFC 9649,
 * section 2.7.1.1). What the frame leaves of the canvas is transparent. Immutable as long as nobody writes to its file.
 */
final class WebpFrame {
    /** RIFF, the file's size, and WEBP. */
    private static final int FILE_HEADER = 12;

    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int EXTENDED = 10;
    private static final byte HAS_ALPHA = 0x10;

    private final byte[] file;
    private final int left;
    private final int top;

    private WebpFrame(byte[] file, int left, int top) {
        this.file = file;
        this.left = left;
        this.top = top;
    }

    /** The frame as a WebP that is no animation. */
    byte[] file() {
        return file;
    }

    /** Where it begins on the canvas, in pixels from the left. */
    int left() {
        return left;
    }

    /** Where it begins on the canvas, in pixels from the top. */
    int top() {
        return top;
    }

    /** The first frame of {@code animation}, an animated WebP. */
    static WebpFrame first(byte[] animation) {
        ByteBuffer bytes = ByteBuffer.wrap(animation).order(ByteOrder.LITTLE_ENDIAN);
        long at = FILE_HEADER;
        while (at + CHUNK_HEADER + FRAME_HEADER <= animation.length) {
            int chunk = (int) at;
            long size = bytes.getInt(chunk + 4) & 0xFFFF_FFFFL;
            if (is(animation, chunk, "ANMF") && at + CHUNK_HEADER + size <= animation.length) {
                return frame(animation, chunk + CHUNK_HEADER, (int) size);
            }
            at += CHUNK_HEADER + size + size % 2;
        }
        throw new InvalidImageException("the WebP is corrupt: it is an animation without a frame");
    }

    private static WebpFrame frame(byte[] bytes, int at, int size) {
        if (size < FRAME_HEADER + CHUNK_HEADER) {
            throw new InvalidImageException("the WebP is corrupt: its first frame has no picture");
        }
        int data = at + FRAME_HEADER;
        boolean alpha = is(bytes, data, "ALPH");
        int length = size - FRAME_HEADER;
        int extended = alpha ? CHUNK_HEADER + EXTENDED : 0;
        ByteBuffer file = ByteBuffer.allocate(FILE_HEADER + extended + length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(name("RIFF")).putInt(file.capacity() - CHUNK_HEADER).put(name("WEBP"));
        if (alpha) {
            file.put(name("VP8X")).putInt(EXTENDED).putInt(HAS_ALPHA).put(bytes, at + 6, 6);
        }
        file.put(bytes, data, length);
        return new WebpFrame(file.array(), 2 * three(bytes, at), 2 * three(bytes, at + 3));
    }

    private static int three(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << 8) | ((bytes[at + 2] & 0xFF) << 16);
    }

    private static byte[] name(String chunk) {
        return chunk.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean is(byte[] bytes, int at, String chunk) {
        return new String(bytes, at, chunk.length(), StandardCharsets.ISO_8859_1).equals(chunk);
    }
}
