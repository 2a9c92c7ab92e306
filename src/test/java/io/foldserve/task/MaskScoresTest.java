package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MaskScoresTest {
    private static final List<String> LABELS = List.of("ground", "crop");

    private static MaskScores scores(float... values) {
        return MaskScores.of(Tensor.ofFloats(Shape.of(1, 2, 1, 3), values), LABELS);
    }

    /** The bytes that numpy.save writes of the same float32 array. */
    @Test
    void writesTheFileThatNumpyWrites() {
        byte[] file = scores(0, 0.25f, 1, 1, 0.75f, 0).npy();

        String header = new String(file, 10, 118, StandardCharsets.US_ASCII);
        assertThat(file).hasSize(152).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(header)
                .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 3), }" + " ".repeat(55) + "\n");
        float[] elements = new float[6];
        ByteBuffer.wrap(file, 128, 24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(elements);
        assertThat(elements).containsExactly(0, 0.25f, 1, 1, 0.75f, 0);
    }

    @Test
    void aPngHasTheScoresOfOneLabelInSixteenBits() throws IOException {
        byte[] png = scores(0, 0.25f, 1, 1, 0.75f, 0).png(1);

        Raster raster = ImageIO.read(new ByteArrayInputStream(png)).getRaster();
        assertThat(raster.getSamples(0, 0, 3, 1, 0, (int[]) null)).containsExactly(65535, 49151, 0);
        assertThat(raster.getSampleModel().getSampleSize(0)).isEqualTo(16);
    }

    @Test
    void scoresThatAreNoProbabilitiesAreWhiteOrBlack() throws IOException {
        byte[] png = scores(-0.5f, 1.5f, 1, 0, 0, 0).png(0);

        Raster raster = ImageIO.read(new ByteArrayInputStream(png)).getRaster();
        assertThat(raster.getSamples(0, 0, 3, 1, 0, (int[]) null)).containsExactly(0, 65535, 65535);
    }

    @Test
    void aScoreThatIsNoNumberIsRefusedWithItsLabel() {
        assertThatThrownBy(() -> scores(0, 0, 0, 0, Float.NaN, 0))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageContaining("crop");
    }
}
