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
                "cmyk16",
                "deflate",
                "fax-group3",
                "fax-group3-two-dimensional",
                "fax-group4",
                "fax-group4-low-bit-first",
                "fax-group4-strips",
                "fax-group4-white-is-0",
                "fax-runs",
                "grey",
                "grey-alpha",
                "grey16",
                "grey16-big-endian",
                "grey16-lzw",
                "grey16-lzw-predicted",
                "grey2",
                "grey2-deflate",
                "grey2-white-is-0",
                "grey4",
                "grey4-deflate",
                "grey4-white-is-0",
                "lzw",
                "lzw-predicted",
                "old-deflate",
                "one-pixel",
                "packbits",
                "palette",
                "palette1",
                "palette1-big-endian",
                "palette2",
                "palette2-big-endian",
                "palette4",
                "palette4-big-endian",
                "rgb",
                "rgb16",
                "rgb16-alpha",
                "rgb16-big-endian",
                "rgb16-big-endian-deflate-predicted",
                "rgb16-deflate-predicted",
                "rgb16-tiles-predicted",
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
