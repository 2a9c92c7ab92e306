package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What decoders ask room for before they allocate. */
class DecodingMemoryTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    private static long asked(byte[] file) {
        List<Long> asked = new ArrayList<>();
        ImageDecoder.decode(file, LIMITS.within(asked::add, () -> {}));
        return asked.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void isOfAJpegItsStreamItsSamplesAndInSeveralScansItsCoefficients() {
        // A frame header of 100×90 pixels, three components, the first sampled 2×2: 7 × 6 groups of 6 blocks of 64.
        byte[] header = {8, 0, 90, 0, 100, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1};
        JpegFrame frame = JpegFrame.read(header, 0xC2, 0, header.length, LIMITS);

        assertThat(frame.progressive()).isTrue();
        assertThat(frame.coefficients()).isEqualTo(7 * 6 * 6 * 64);
    }

    @Test
    void coversThePixelsOfEveryKindOfPicture() {
        for (String name : List.of(
                "cmyk.jpg",
                "progressive.jpg",
                "grey.jpg",
                "rgb16.png",
                "palette1-interlaced.png",
                "rgb.tiff",
                "lossy.webp")) {
            byte[] file = GoldenPictures.bytes("decode/" + name);
            RasterImage decoded = ImageDecoder.decode(file, LIMITS);

            assertThat(asked(file))
                    .as(name)
                    .isGreaterThanOrEqualTo(decoded.samples().remaining());
        }
    }

    @Test
    void isRefusedBeforeAnythingIsDecoded() {
        byte[] file = GoldenPictures.bytes("decode/cmyk.jpg");

        assertThatThrownBy(() -> ImageDecoder.decode(
                        file,
                        LIMITS.within(
                                bytes -> {
                                    throw new IllegalStateException("no room");
                                },
                                () -> {})))
                .hasMessage("no room");
    }
}
