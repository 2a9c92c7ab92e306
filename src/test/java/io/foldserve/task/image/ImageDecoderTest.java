package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    /**
     * libjpeg versions differ in their fast paths (SIMD, 4:1:1 upsampling) by a grey level here and there: the JDK may
     * be linked with another one than Pillow.
     */
    private static final int JPEG_TOLERANCE = 2;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grey1",
                "grey2",
                "grey4",
                "grey8",
                "grey16",
                "palette1",
                "palette2",
                "palette4",
                "palette8",
                "rgb8",
                "rgb16",
                "grey-alpha8",
                "grey-alpha16",
                "rgb-alpha8",
                "rgb-alpha16",
                "one-pixel",
                "three-columns"
            })
    void readsEveryKindOfPngLikePillowInterlacedOrNot(String kind) {
        for (String name : new String[] {kind + ".png", kind + "-interlaced.png"}) {
            assertThat(largestDifference(name)).as(name).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb8-transparent-colour.png", "grey8-transparent-value.png"})
    void ignoresATransparentColourLikePillow(String name) {
        assertThat(largestDifference(name)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sampled-444",
                "sampled-422",
                "sampled-420",
                "sampled-411",
                "progressive",
                "restarts",
                "grey",
                "stored-as-rgb",
                "trailing-bytes"
            })
    void readsJpegsLikePillow(String name) {
        assertThat(largestDifference(name + ".jpg")).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-jfif-444", "no-jfif-420"})
    void takesUnmarkedComponentsAsLumaAndChromaLikePillow(String name) {
        assertThat(largestDifference(name + ".jpg")).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exif-turned", "colour-profile"})
    void appliesNeitherOrientationNorProfile(String name) {
        assertThat(largestDifference(name + ".jpg")).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmyk", "cmyk-no-adobe", "ycck"})
    void convertsInksLikePillow(String name) {
        assertThat(largestDifference(name + ".jpg")).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "animated",
                "beyond-its-screen",
                "few-colours",
                "few-colours-interlaced",
                "full-code-table",
                "grey",
                "no-palette",
                "on-a-screen",
                "one-pixel",
                "own-palette",
                "palette",
                "palette-interlaced",
                "three-rows-interlaced",
                "transparent",
                "transparent-on-a-screen",
                "two-colours-interlaced"
            })
    void readsTheFirstFrameOfAGifLikePillow(String name) {
        assertThat(largestDifference(name + ".gif")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1-black-and-white",
                "24",
                "24-one-pixel",
                "24-os2",
                "24-v5",
                "32",
                "32-masks",
                "32-masks-v4",
                "32-masks-v5",
                "32-top-down",
                "4",
                "8",
                "8-few-colours",
                "8-grey",
                "8-os2",
                "8-top-down"
            })
    void readsBmpsLikePillow(String name) {
        assertThat(largestDifference(name + ".bmp")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alpha",
                "big-endian",
                "bilevel",
                "bilevel-lzw",
                "bilevel-packbits",
                "bilevel-white-is-0",
                "cmyk",
                "cmyk-lzw",
                "deflate",
                "grey",
                "grey-alpha",
                "lzw",
                "lzw-predicted",
                "old-deflate",
                "one-pixel",
                "packbits",
                "palette",
                "rgb",
                "strips",
                "two-pictures",
                "white-is-0"
            })
    void readsTheFirstPictureOfATiffLikePillow(String name) {
        RasterImage decoded = ImageDecoder.decode(GoldenPictures.bytes("decode/" + name + ".tiff"), LIMITS);
        RasterImage expected = GoldenPictures.expected("decode/expected/" + name + ".tiff.png");
        assertThat(GoldenPictures.largestDifference(decoded.rgb(), expected.rgb()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "animated",
                "animated-alpha",
                "animated-lossless",
                "animated-on-a-canvas",
                "few-colours",
                "lossless",
                "lossless-alpha",
                "lossy",
                "lossy-alpha",
                "lossy-poor",
                "odd",
                "one-pixel"
            })
    void readsWebpsLikePillow(String name) {
        assertThat(largestDifference(name + ".webp")).isZero();
    }

    private static int largestDifference(String name) {
        RasterImage decoded = ImageDecoder.decode(GoldenPictures.bytes("decode/" + name), LIMITS);
        RasterImage expected = GoldenPictures.expected("decode/expected/" + name + ".png");
        return GoldenPictures.largestDifference(decoded, decoded.channels() == 3 ? expected.rgb() : expected);
    }
}
