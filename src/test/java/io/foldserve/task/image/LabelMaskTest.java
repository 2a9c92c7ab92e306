package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LabelMaskTest {
    private static final ImageLimits LIMITS = new ImageLimits(100);

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void readsTheIndicesOfAPaletteAndNotItsColours() {
        byte[] palette = new byte[768];
        Arrays.fill(palette, (byte) 77);
        byte[] png = PngWriter.writePalette(3, 2, new byte[] {0, 1, 2, 20, (byte) 255, 1}, palette);

        LabelMask mask = LabelMask.decode(png, LIMITS);

        assertThat(mask).hasToString("mask 3×2");
        assertThat(new int[] {mask.at(0, 0), mask.at(2, 0), mask.at(0, 1), mask.at(1, 1)})
                .containsExactly(0, 2, 20, LabelMask.IGNORED);
    }

    @Test
    void readsGreyValuesOfEightAndSixteenBits() {
        byte[] grey = PngWriter.write(RasterImage.of(2, 1, 1, (byte) 3, (byte) 200));
        byte[] deep = PngWriter.writeGrey16(2, 1, new byte[] {1, 44, 0, 9});

        assertThat(LabelMask.decode(grey, LIMITS).at(1, 0)).isEqualTo(200);
        assertThat(LabelMask.decode(deep, LIMITS).at(0, 0)).isEqualTo(300);
        assertThat(LabelMask.decode(deep, LIMITS).at(1, 0)).isEqualTo(9);
    }

    @Test
    void readsSeveralPixelsInAByte() throws IOException {
        byte[] levels = new byte[16];
        IndexColorModel four = new IndexColorModel(4, 16, levels, levels, levels);
        BufferedImage packed = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY, four);
        packed.getRaster().setSample(0, 0, 0, 7);
        packed.getRaster().setSample(2, 0, 0, 15);
        BufferedImage bits = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.getRaster().setSample(1, 0, 0, 1);

        LabelMask nibbles = LabelMask.decode(png(packed), LIMITS);
        assertThat(new int[] {nibbles.at(0, 0), nibbles.at(1, 0), nibbles.at(2, 0)})
                .containsExactly(7, 0, 15);
        LabelMask ones = LabelMask.decode(png(bits), LIMITS);
        assertThat(new int[] {ones.at(0, 0), ones.at(1, 0), ones.at(2, 0)}).containsExactly(0, 1, 0);
    }

    @Test
    void refusesWhatIsNoMask() {
        byte[] colours = PngWriter.write(RasterImage.of(1, 1, 3, (byte) 1, (byte) 2, (byte) 3));
        byte[] whole = PngWriter.write(RasterImage.of(20, 4, 1, new byte[80]));

        assertThatThrownBy(() -> LabelMask.decode(colours, LIMITS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("expected a mask of one class index a pixel (palette or grey), found 3 channels");
        assertThatThrownBy(() -> LabelMask.decode(new byte[] {(byte) 0xFF, (byte) 0xD8, 0}, LIMITS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("as a PNG");
        assertThatThrownBy(() -> LabelMask.decode(Arrays.copyOf(whole, 45), LIMITS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("corrupt");
        assertThatThrownBy(() -> LabelMask.decode(whole, new ImageLimits(79)))
                .isInstanceOf(ImageTooLargeException.class);
        assertThatThrownBy(() -> new LabelMask(2, 2, 1, 1, 1)).hasMessage("no mask of 3 classes is 2×2");
    }
}
