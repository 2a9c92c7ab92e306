package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExifOrientationTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    /** See {@link ImageDecoderTest}: libjpeg versions differ by a grey level here and there. */
    private static final int JPEG_TOLERANCE = 2;

    /** The golden uprights are those of the JPEGs. */
    private static final int LOSS_OF_THE_JPEG = 12;

    /** Where the segment's length starts, and the low byte of the value 6 in big-endian order. */
    private static final int EXIF_AT = 22;

    private static final int ORIENTATION_6_AT = 61;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void setsEveryOrientationUprightLikePillow(int orientation) {
        RasterImage upright = upright(GoldenPictures.bytes("orientation/" + orientation + ".jpg"));
        RasterImage expected = GoldenPictures.expected("orientation/" + orientation + ".png");
        assertThat(GoldenPictures.largestDifference(upright, expected)).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void setsPngsWebpsAndTiffsUprightToTheSamePixels(int orientation) {
        RasterImage asStored = ImageDecoder.decode(GoldenPictures.bytes("orientation/1.stored.png"), LIMITS);
        RasterImage turnedBack = upright(GoldenPictures.bytes("orientation/" + orientation + ".stored.png"));
        for (String kind : new String[] {"webp", "tiff"}) {
            assertThat(upright(GoldenPictures.bytes("orientation/" + orientation + ".stored." + kind)))
                    .as(kind)
                    .isEqualTo(turnedBack);
        }
        RasterImage jpeg = GoldenPictures.expected("orientation/" + orientation + ".png");
        assertThat(GoldenPictures.largestDifference(turnedBack, jpeg)).isLessThanOrEqualTo(LOSS_OF_THE_JPEG);
        assertThat(turnedBack.equals(asStored)).isEqualTo(orientation == 1);
    }

    @Test
    void leavesATiffUprightThatWasDecodedSoAndAWebpAsItIsStored() {
        byte[] tiff = GoldenPictures.bytes("orientation/6.stored.tiff");
        byte[] webp = GoldenPictures.bytes("orientation/6.stored.webp");
        assertThat(upright(tiff)).isEqualTo(ImageDecoder.decode(tiff, LIMITS));
        assertThat(ImageDecoder.decode(webp, LIMITS))
                .isEqualTo(ImageDecoder.decode(GoldenPictures.bytes("orientation/1.stored.webp"), LIMITS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void takesAPictureWithAnUnknownOrientationAsItIs(int value) {
        byte[] file = GoldenPictures.bytes("orientation/6.jpg");
        file[ORIENTATION_6_AT] = (byte) value;
        assertThat(upright(file)).isEqualTo(ImageDecoder.decode(file, LIMITS));
    }

    @Test
    void takesAPictureWithoutOrWithDamagedExifAsItIs() {
        byte[] plain = GoldenPictures.bytes("decode/sampled-420.jpg");
        assertThat(upright(plain)).isEqualTo(ImageDecoder.decode(plain, LIMITS));
        byte[] turned = GoldenPictures.bytes("orientation/6.jpg");
        RasterImage stored = ImageDecoder.decode(turned, LIMITS);
        for (int at = EXIF_AT; at < ORIENTATION_6_AT - 8; at++) {
            byte[] damaged = turned.clone();
            damaged[at] = (byte) 0xFF;
            assertThat(ExifOrientation.upright(stored, damaged).samples().remaining())
                    .isEqualTo(stored.samples().remaining());
        }
    }

    private static RasterImage upright(byte[] file) {
        return ExifOrientation.upright(ImageDecoder.decode(file, LIMITS), file);
    }
}
