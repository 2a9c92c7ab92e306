package io.foldserve.task.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNGs; the same input gives the same bytes on one Java runtime. Stateless and thread-safe. */
public final class PngWriter {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    /** How many bytes of rows are deflated at a time. */
    private static final int BLOCK = 1 << 16;

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;

    private PngWriter() {}

    /** {@code image} as 8-bit grey or RGB. */
    public static byte[] write(RasterImage image) {
        byte[] samples = image.array();
        return file(image.width(), image.height(), 8, image.channels() == 1 ? GREY : RGB, new byte[0], samples);
    }

    /** 8-bit RGB; {@code samples} has 3 bytes a pixel. */
    public static byte[] writeRgb(int width, int height, byte[] samples) {
        return file(width, height, 8, RGB, new byte[0], samples);
    }

    /**
     * 8-bit palette indices.
     *
     * @param indices {@code width × height}, rows from the top
     * @param palette 3 bytes (red, green, blue) for each of 1 to 256 indices
     */
    public static byte[] writePalette(int width, int height, byte[] indices, byte[] palette) {
        return file(width, height, 8, PALETTE, palette, indices);
    }

    /** 16-bit grey; {@code samples} has 2 bytes a pixel, the high one first. */
    public static byte[] writeGrey16(int width, int height, byte[] samples) {
        return file(width, height, 16, GREY, new byte[0], samples);
    }

    private static byte[] file(int width, int height, int depth, int colourType, byte[] palette, byte[] samples) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) depth).put((byte) colourType).put(new byte[3]);
        chunk(file, "IHDR", header.array());
        if (palette.length > 0) {
            chunk(file, "PLTE", palette);
        }
        chunk(file, "IDAT", compressed(height, samples));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    /**
     * The rows, each behind the filter byte that says that it is not filtered. Many at a time, for a call of the
     * deflater costs more than it takes to deflate a row of a mask; not all, for pictures may be large.
     */
    private static byte[] compressed(int height, byte[] samples) {
        int row = samples.length / height;
        int most = Math.min(height, Math.max(1, BLOCK / (row + 1)));
        byte[] block = new byte[most * (row + 1)];
        byte[] buffer = new byte[8192];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater();
        try {
            for (int y = 0; y < height; y += most) {
                int rows = Math.min(most, height - y);
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(samples, (y + i) * row, block, i * (row + 1) + 1, row);
                }
                deflater.setInput(block, 0, rows * (row + 1));
                drain(deflater, buffer, out);
            }
            deflater.finish();
            drain(deflater, buffer, out);
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void drain(Deflater deflater, byte[] buffer, ByteArrayOutputStream out) {
        for (int count = deflater.deflate(buffer); count > 0; count = deflater.deflate(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] contents) {
        ByteBuffer chunk = ByteBuffer.allocate(contents.length + 12).putInt(contents.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(contents);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, contents.length + 4);
        file.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }
}
