package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read back by another's reader, whether it is deflated in one block or in many. */
class PngWriterTest {
    private static byte[] pixels(byte[] png, int width, int height) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
        return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 70000", "70000, 2", "65535, 3", "65536, 2", "256, 256", "255, 257", "127, 512", "7, 9"})
    void everyIndexIsReadBack(int width, int height) throws IOException {
        byte[] indices = new byte[width * height];
        new Random(width).nextBytes(indices);
        byte[] palette = new byte[256 * 3];
        new Random(height).nextBytes(palette);

        byte[] png = PngWriter.writePalette(width, height, indices, palette);

        assertThat(pixels(png, width, height)).isEqualTo(indices);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "300, 200", "21845, 2", "21846, 3"})
    void everySampleIsReadBack(int width, int height) throws IOException {
        byte[] samples = new byte[width * height * 3];
        new Random(width).nextBytes(samples);

        byte[] read = pixels(PngWriter.writeRgb(width, height, samples), width, height);

        // ImageIO keeps blue first.
        assertThat(read).hasSameSizeAs(samples);
        for (int pixel = 0; pixel < samples.length; pixel += 3) {
            assertThat(read[pixel]).isEqualTo(samples[pixel + 2]);
            assertThat(read[pixel + 1]).isEqualTo(samples[pixel + 1]);
            assertThat(read[pixel + 2]).isEqualTo(samples[pixel]);
        }
    }
}
