package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExifOrientationTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    /** See {@link ImageDecoderTest}: libjpeg versions differ by a grey level here and there. */
    private static final int JPEG_TOLERANCE = 2;

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
