package io.foldserve.task.image;

/**
 * A GIF frame's pixels: palette indices, compressed by LZW with codes of 3 to 12 bits, low bits first, in blocks of up
 * to 255 bytes (GIF89a, appendix F).
 */
final class GifPixels {
    private static final int LARGEST_CODE_BITS = 12;
    private static final int CODES = 1 << LARGEST_CODE_BITS;
    private static final int[] PASS_STARTS = {0, 4, 2, 1};
    private static final int[] PASS_STEPS = {8, 8, 4, 2};

    private final byte[] bytes;
    private final Runnable going;
    private final int indexBits;
    private final int clear;
    private final short[] prefix = new short[CODES];
    private final byte[] last = new byte[CODES];
    private final byte[] string = new byte[CODES + 1];
    private int at;
    private int blockEnd;
    private int waiting;
    private int waitingBits;

    /** Reads the blocks from byte {@code from}, before each of which {@code going} may give it up. */
    GifPixels(byte[] bytes, int from, int indexBits, Runnable going) {
        if (indexBits < 1 || indexBits > 8) {
            throw new InvalidImageException("the GIF declares pixels of %d bits, expected 1 to 8".formatted(indexBits));
        }
        this.bytes = bytes;
        this.going = going;
        this.at = from;
        this.blockEnd = from;
        this.indexBits = indexBits;
        this.clear = 1 << indexBits;
    }

    /** The indices, row by row from the top left. */
    byte[] read(int width, int height, boolean interlaced) {
        byte[] stored = decompressed(width * height);
        if (!interlaced) {
            return stored;
        }
        byte[] rows = new byte[stored.length];
        int from = 0;
        for (int pass = 0; pass < PASS_STARTS.length; pass++) {
            for (int y = PASS_STARTS[pass]; y < height; y += PASS_STEPS[pass], from += width) {
                System.arraycopy(stored, from, rows, y * width, width);
            }
        }
        return rows;
    }

    private byte[] decompressed(int pixels) {
        byte[] out = new byte[pixels];
        int end = clear + 1;
        int filled = 0;
        int codes = end + 1;
        int codeBits = indexBits + 1;
        int before = -1;
        while (filled < pixels) {
            int code = code(codeBits, filled, pixels);
            if (code == clear) {
                codes = end + 1;
                codeBits = indexBits + 1;
                before = -1;
                continue;
            }
            if (code == end || code > codes || (code == codes && (before < 0 || codes == CODES))) {
                throw new InvalidImageException(
                        "the GIF is corrupt: code %d stands after %d of its %d pixels".formatted(code, filled, pixels));
            }
            int start = string(code == codes ? before : code, code == codes);
            int length = Math.min(string.length - start, pixels - filled);
            System.arraycopy(string, start, out, filled, length);
            filled += length;
            if (before >= 0 && codes < CODES) {
                prefix[codes] = (short) before;
                last[codes++] = string[start];
                codeBits += codes == 1 << codeBits && codeBits < LARGEST_CODE_BITS ? 1 : 0;
            }
            before = code;
        }
        return out;
    }

    /** Writes a code's string to the end of {@link #string}, followed by its own first index if so; its start. */
    private int string(int code, boolean repeatsFirst) {
        int start = string.length - (repeatsFirst ? 1 : 0);
        int rest = code;
        while (rest > clear) {
            string[--start] = last[rest];
            rest = prefix[rest];
        }
        string[--start] = (byte) rest;
        if (repeatsFirst) {
            string[string.length - 1] = (byte) rest;
        }
        return start;
    }

    private int code(int bits, int filled, int pixels) {
        while (waitingBits < bits) {
            if (at == blockEnd) {
                nextBlock(filled, pixels);
            }
            waiting |= (bytes[at++] & 0xFF) << waitingBits;
            waitingBits += 8;
        }
        int code = waiting & (1 << bits) - 1;
        waiting >>>= bits;
        waitingBits -= bits;
        return code;
    }

    private void nextBlock(int filled, int pixels) {
        going.run();
        int length = at < bytes.length ? bytes[at++] & 0xFF : 0;
        if (length == 0 || length > bytes.length - at) {
            throw new InvalidImageException(
                    "the GIF is truncated: it ends after %d of its %d pixels".formatted(filled, pixels));
        }
        blockEnd = at + length;
    }
}
