package io.foldserve.task.image;

/**
 * Reads uncompressed BMPs (Windows bitmaps of version 2 and later, and those of OS/2) of 1, 4 and 8 bits with a
 * palette, and of 24 and 32 bits, as Pillow's {@code convert("RGB")} gives them: alpha is dropped.
 */
final class BmpDecoder {
    private final byte[] bytes;
    private final BmpHeader header;

    private BmpDecoder(byte[] bytes, BmpHeader header) {
        this.bytes = bytes;
        this.header = header;
    }

    static boolean matches(byte[] bytes) {
        return BmpHeader.matches(bytes);
    }

    static RasterImage decode(byte[] bytes, ImageLimits limits) {
        BmpHeader header = BmpHeader.read(bytes, limits);
        limits.room().accept(3L * header.width() * header.height());
        return new RasterImage(header.width(), header.height(), 3, new BmpDecoder(bytes, header).samples());
    }

    private byte[] samples() {
        byte[] samples = new byte[header.width() * header.height() * 3];
        for (int y = 0, to = 0; y < header.height(); y++) {
            int stored = header.topDown() ? y : header.height() - 1 - y;
            int row = Math.toIntExact(header.pixels() + stored * header.stride());
            for (int x = 0; x < header.width(); x++, to += 3) {
                if (header.bits() <= 8) {
                    indexed(row, x, samples, to);
                } else {
                    direct(row + x * header.bits() / 8, samples, to);
                }
            }
        }
        return samples;
    }

    private void indexed(int row, int x, byte[] samples, int to) {
        int bit = x * header.bits();
        int shift = 8 - header.bits() - bit % 8;
        int index = (bytes[row + bit / 8] & 0xFF) >> shift & (1 << header.bits()) - 1;
        if (index >= header.colours()) {
            throw new InvalidImageException(
                    "the BMP has a pixel of colour %d, beyond its palette of %d".formatted(index, header.colours()));
        }
        int from = header.palette() + index * header.colourBytes();
        samples[to] = bytes[from + 2];
        samples[to + 1] = bytes[from + 1];
        samples[to + 2] = bytes[from];
    }

    private void direct(int from, byte[] samples, int to) {
        samples[to] = bytes[from + header.red()];
        samples[to + 1] = bytes[from + header.green()];
        samples[to + 2] = bytes[from + header.blue()];
    }
}
