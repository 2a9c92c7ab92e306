package io.foldserve.benchmark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Legal pictures that take much memory for their bytes. */
final class HostilePictures {
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private HostilePictures() {}

    /** A small photograph, followed by zeros up to {@code bytes}. */
    static byte[] padded(int bytes) throws IOException {
        return Arrays.copyOf(Files.readAllBytes(Path.of("models", "digits", "samples", "photo-5.jpg")), bytes);
    }

    /** A black JPEG of four components; its raster is written as it is, without a colour model. */
    static byte[] cmyk(int side, boolean progressive) throws IOException {
        BufferedImage four = new BufferedImage(side, side, BufferedImage.TYPE_4BYTE_ABGR);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam form = writer.getDefaultWriteParam();
        form.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        writer.setOutput(ImageIO.createImageOutputStream(jpeg));
        writer.write(null, new IIOImage(four.getRaster(), null, null), form);
        writer.dispose();
        return jpeg.toByteArray();
    }

    /** A black interlaced PNG of 8-bit RGB with alpha. */
    static byte[] interlaced(int side) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(side);
        fields.writeInt(side);
        fields.write(new byte[] {8, 6, 0, 0, 1});
        chunk(png, "IHDR", header.toByteArray());
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
            for (int[] pass : ADAM7) {
                byte[] row = new byte[1 + 4 * ((side - pass[0] + pass[2] - 1) / pass[2])];
                for (int y = pass[1]; y < side; y += pass[3]) {
                    deflated.write(row);
                }
            }
        }
        chunk(png, "IDAT", data.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] contents) throws IOException {
        DataOutputStream out = new DataOutputStream(png);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(contents);
        out.writeInt(contents.length);
        out.write(name);
        out.write(contents);
        out.writeInt((int) crc.getValue());
    }
}
