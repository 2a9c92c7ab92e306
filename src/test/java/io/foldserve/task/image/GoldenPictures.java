package io.foldserve.task.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * The files that src/test/golden/images.py wrote. Expected pictures are read by the JDK, not by the code under test.
 */
public final class GoldenPictures {
    private GoldenPictures() {}

    /** The bytes of a file below resources/io/foldserve/task. */
    public static byte[] bytes(String name) {
        try (InputStream in =
                Objects.requireNonNull(GoldenPictures.class.getResourceAsStream("/io/foldserve/task/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** An 8-bit grey or RGB PNG. */
    public static RasterImage expected(String name) {
        try {
            Raster raster = ImageIO.read(new ByteArrayInputStream(bytes(name))).getRaster();
            int[] samples = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
            byte[] narrow = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                narrow[i] = (byte) samples[i];
            }
            return new RasterImage(raster.getWidth(), raster.getHeight(), raster.getNumBands(), narrow);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** The largest difference of two samples of equally shaped pictures. */
    public static int largestDifference(RasterImage one, RasterImage other) {
        if (one.width() != other.width() || one.height() != other.height() || one.channels() != other.channels()) {
            throw new AssertionError("found " + one + ", expected " + other);
        }
        ByteBuffer a = one.samples();
        ByteBuffer b = other.samples();
        int largest = 0;
        while (a.hasRemaining()) {
            largest = Math.max(largest, Math.abs((a.get() & 0xFF) - (b.get() & 0xFF)));
        }
        return largest;
    }
}
