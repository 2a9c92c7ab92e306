package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.image.ImageTooLargeException;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.InvalidImageException;
import io.foldserve.task.image.RasterImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
    private static final List<Double> ONE = List.of(1.0);

    /** Sizes that torchvision's Resize(side) gives. */
    @ParameterizedTest
    @CsvSource({"500,375,256,341,256", "375,500,256,256,341", "7,5,3,4,3", "5,5,9,9,9", "640,427,256,383,256"})
    void truncatesTheLongerSideLikeTorchvision(int width, int height, int side, int newWidth, int newHeight) {
        Resize resize = new Resize.ShorterSide(side);
        assertThat(resize.width(width, height)).isEqualTo(newWidth);
        assertThat(resize.height(width, height)).isEqualTo(newHeight);
    }

    /** Sizes that torchvision's Resize(None, max_size=side) gives. */
    @ParameterizedTest
    @CsvSource({"500,375,256,256,192", "375,501,256,191,256", "5,7,3,2,3", "5,5,9,9,9", "640,427,256,256,170"})
    void truncatesTheShorterSideLikeTorchvision(int width, int height, int side, int newWidth, int newHeight) {
        Resize resize = new Resize.LongerSide(side);
        assertThat(resize.width(width, height)).isEqualTo(newWidth);
        assertThat(resize.height(width, height)).isEqualTo(newHeight);
    }

    /** Sizes that round(side · min(…)) gives in Python. */
    @ParameterizedTest
    @CsvSource({"810,1080,640,640,480,640", "1000,999,640,640,640,639", "5,4,2,2,2,2", "7,4,2,2,2,1", "3,3,8,6,6,6"})
    void roundsALetterboxsSidesLikeUltralytics(
            int width, int height, int boxWidth, int boxHeight, int newWidth, int newHeight) {
        Resize resize = new Resize.Letterbox(boxWidth, boxHeight, 114);
        assertThat(resize.width(width, height)).isEqualTo(newWidth);
        assertThat(resize.height(width, height)).isEqualTo(newHeight);
    }

    @Test
    void refusesAPictureOfWhichNoPixelIsLeft() {
        RasterImage sliver = RasterImage.of(1, 60_000, 1, new byte[60_000]);
        for (Preprocessing input : List.of(
                grey(224, 224, new Resize.Letterbox(224, 224, 114), false),
                grey(224, 224, new Resize.LongerSide(224), true))) {
            assertThatThrownBy(() -> input.apply(sliver))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessage("a picture with sides 60000 and 1 is too narrow to be resized");
        }
    }

    @Test
    void refusesALetterboxOfAnotherSizeThanTheNetworks() {
        assertThatThrownBy(() -> grey(4, 4, new Resize.Letterbox(4, 5, 0), false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("letterbox gives 4×5 but the network takes 4×4");
        assertThatThrownBy(() -> new Resize.Letterbox(4, 4, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Resize.LongerSide(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"5,2,2", "7,4,2", "6,3,2", "9,4,2", "3,3,0"})
    void roundsTheCropsOffsetToEven(int full, int crop, int offset) {
        byte[] columns = new byte[full];
        for (int x = 0; x < full; x++) {
            columns[x] = (byte) x;
        }
        RasterImage cropped = grey(crop, 1, new Resize.None(), true).apply(RasterImage.of(full, 1, 1, columns));
        assertThat(cropped.samples().get(0)).isEqualTo((byte) offset);
    }

    @Test
    void refusesAPictureOfAnotherSizeWhenNothingResizesIt() {
        assertThatThrownBy(() -> grey(4, 4, new Resize.None(), false).apply(RasterImage.of(1, 1, 1, (byte) 0)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("4×4")
                .hasMessageContaining("1×1");
    }

    @Test
    void resizesTheNarrowestPicturesWithoutNeedingTheirFullSize() {
        RasterImage sliver = RasterImage.of(1, 60_000, 1, new byte[60_000]);
        assertThat(grey(224, 224, new Resize.ShorterSide(256), true)
                        .apply(sliver)
                        .width())
                .isEqualTo(224);
        assertThatThrownBy(() ->
                        grey(224, 224, new Resize.ShorterSide(60_000), true).apply(sliver))
                .isInstanceOf(InvalidImageException.class)
                .isNotInstanceOf(ImageTooLargeException.class);
    }

    @Test
    void keepsAConstantPictureConstantUnderBothFilters() {
        byte[] flat = new byte[31 * 17 * 3];
        Arrays.fill(flat, (byte) 255);
        for (Interpolation interpolation : Interpolation.values()) {
            Preprocessing preprocessing = new Preprocessing(
                    5, 40, Colour.RGB, new Resize.Exact(5, 40), interpolation, false, threeTimes(0), threeTimes(1), 1);
            byte[] resized = new byte[5 * 40 * 3];
            preprocessing.apply(RasterImage.of(31, 17, 3, flat)).samples().get(resized);
            assertThat(resized).containsOnly((byte) 255);
        }
    }

    @Test
    void reportsEveryContradictionAtOnce() {
        assertThatThrownBy(() -> new Preprocessing(
                        0,
                        5,
                        Colour.RGB,
                        new Resize.ShorterSide(9),
                        Interpolation.BILINEAR,
                        false,
                        ONE,
                        List.of(1.0, 0.0, 1.0),
                        Double.NaN))
                .isInstanceOfSatisfying(InvalidInputException.class, e -> assertThat(e.problems())
                        .hasSize(5)
                        .anyMatch(problem -> problem.contains("width and height"))
                        .anyMatch(problem -> problem.contains("mean must have 3 numbers"))
                        .anyMatch(problem -> problem.contains("std must not be 0"))
                        .anyMatch(problem -> problem.contains("scale"))
                        .anyMatch(problem -> problem.contains("crop: center")));
    }

    @Test
    void refusesAnExactSizeOtherThanTheNetworksWithoutACrop() {
        assertThatThrownBy(() -> grey(4, 4, new Resize.Exact(5, 4), false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5×4");
        assertThat(grey(4, 4, new Resize.Exact(5, 4), true).width()).isEqualTo(4);
    }

    private static Preprocessing grey(int width, int height, Resize resize, boolean crop) {
        return new Preprocessing(
                width, height, Colour.GREY, resize, Interpolation.BILINEAR, crop, List.of(0.0), ONE, 1);
    }

    private static List<Double> threeTimes(double value) {
        return List.of(value, value, value);
    }
}
