package io.foldserve.task.image;

/**
 * Takes the stored samples of a PNG row to 8-bit pixels: alpha is left out, 16-bit samples keep their high byte, grey
 * of fewer bits is stretched to 0..255, palette indices become colours (black beyond the palette's end, as in Pillow).
 */
final class PngUnpacking {
    private final PngHeader header;

    /** What a packed sample becomes: one byte of grey or three of colour for each possible value. */
    private final byte[] colours;

    PngUnpacking(PngHeader header, byte[] palette) {
        this.header = header;
        int values = header.depth() > 8 ? 0 : 1 << header.depth();
        this.colours = new byte[values * header.channels()];
        if (header.isPalette()) {
            System.arraycopy(palette, 0, colours, 0, Math.min(palette.length, colours.length));
        } else if (header.storedChannels() == 1) {
            for (int value = 0; value < values; value++) {
                colours[value] = (byte) (value * 255 / (values - 1));
            }
        }
    }

    /** Writes {@code pixels} pixels of {@code row} (from its byte 1) to {@code out}, {@code step} bytes apart. */
    void unpack(byte[] row, int pixels, byte[] out, int at, int step) {
        if (header.isPalette() || header.depth() < 8) {
            packed(row, pixels, out, at, step);
        } else if (header.depth() == 8 && header.storedChannels() == header.channels() && step == header.channels()) {
            System.arraycopy(row, 1, out, at, pixels * step);
        } else {
            whole(row, pixels, out, at, step);
        }
    }

    private void packed(byte[] row, int pixels, byte[] out, int at, int step) {
        int depth = header.depth();
        int mask = (1 << depth) - 1;
        int channels = header.channels();
        for (int i = 0, bit = 0, to = at; i < pixels; i++, bit += depth, to += step) {
            int value = row[1 + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask;
            for (int channel = 0; channel < channels; channel++) {
                out[to + channel] = colours[value * channels + channel];
            }
        }
    }

    private void whole(byte[] row, int pixels, byte[] out, int at, int step) {
        int bytes = header.depth() / 8;
        int pixel = header.storedChannels() * bytes;
        int channels = header.channels();
        for (int i = 0, from = 1, to = at; i < pixels; i++, from += pixel, to += step) {
            for (int channel = 0; channel < channels; channel++) {
                out[to + channel] = row[from + channel * bytes];
            }
        }
    }
}
