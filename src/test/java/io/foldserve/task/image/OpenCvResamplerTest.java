package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What pictures of any size are held against is in PreprocessingGoldenTest; these values are cv2.resize's too. */
class OpenCvResamplerTest {
    private static final Region TWO = Region.whole(2, 1);

    private static RasterImage grey(int width, int height, int... levels) {
        byte[] samples = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            samples[i] = (byte) levels[i];
        }
        return RasterImage.of(width, height, 1, samples);
    }

    private static int[] levels(RasterImage image) {
        int[] levels = new int[image.width() * image.height()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = image.samples().get(i) & 0xFF;
        }
        return levels;
    }

    /** The sum 2 of four is ½ each: halves go up here, and to the even elsewhere. */
    @ParameterizedTest
    @EnumSource(names = {"OPENCV_LINEAR", "OPENCV_AREA"})
    void halvingIsTheMeanOfFourWithHalvesUp(Interpolation interpolation) {
        RasterImage source = grey(4, 2, 0, 1, 10, 20, 1, 0, 30, 41);
        assertThat(levels(interpolation.resize(source, 2, 1, TWO))).containsExactly(1, 25);
    }

    @Test
    void areasOfOtherWholeFactorsRoundHalvesToTheEven() {
        RasterImage source = grey(4, 1, 0, 1, 1, 2);
        assertThat(levels(Interpolation.OPENCV_AREA.resize(source, 2, 1, TWO))).containsExactly(0, 2);
    }

    @Test
    void linearHasNoAntialiasing() {
        RasterImage source = grey(8, 1, 0, 0, 0, 255, 255, 0, 0, 0);
        assertThat(levels(Interpolation.OPENCV_LINEAR.resize(source, 2, 1, TWO)))
                .containsExactly(0, 0);
        assertThat(levels(Interpolation.OPENCV_AREA.resize(source, 2, 1, TWO))).containsExactly(64, 64);
    }

    @Test
    void nearestReadsTheBeginOfEachPixel() {
        RasterImage source = grey(5, 1, 10, 20, 30, 40, 50);
        assertThat(levels(Interpolation.OPENCV_NEAREST.resize(source, 2, 1, TWO)))
                .containsExactly(10, 30);
    }

    @ParameterizedTest
    @EnumSource
    void aRegionIsWithinTheResizedPicture(Interpolation interpolation) {
        assertThatThrownBy(() -> interpolation.resize(grey(1, 1, 0), 2, 1, Region.whole(3, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not within 2×1");
    }
}
