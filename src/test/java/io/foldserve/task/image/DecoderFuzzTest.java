package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded mutations of real pictures: each gives a picture within the limits or a typed refusal, nothing else. */
class DecoderFuzzTest {
    private static final ImageLimits LIMITS = new ImageLimits(40_000);
    private static final int MUTATIONS = 1_500;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sampled-420.jpg",
                "progressive.jpg",
                "restarts.jpg",
                "grey.jpg",
                "cmyk.jpg",
                "ycck.jpg",
                "stored-as-rgb.jpg",
                "rgb8.png",
                "palette4-interlaced.png",
                "grey-alpha16-interlaced.png",
                "few-colours-interlaced.gif",
                "transparent-on-a-screen.gif",
                "8-few-colours.bmp",
                "1.bmp",
                "32-masks-v5.bmp",
                "lzw-predicted.tiff",
                "deflate.tiff",
                "palette.tiff",
                "strips.tiff",
                "bilevel-packbits.tiff",
                "cmyk-lzw.tiff",
                "fax-group3-two-dimensional.tiff",
                "fax-group4-strips.tiff",
                "palette4.tiff",
                "rgb16-tiles-predicted.tiff",
                "grey16-lzw-predicted.tiff",
                "animated-on-a-canvas.webp",
                "lossy-alpha.webp",
                "lossless.webp"
            })
    void everyMutationIsAPictureOrATypedRefusal(String name) {
        byte[] original = GoldenPictures.bytes("decode/" + name);
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutated(original, random);
            try {
                RasterImage image = ImageDecoder.decode(mutated, LIMITS);
                assertThat((long) image.width() * image.height()).isBetween(1L, LIMITS.maxPixels());
            } catch (ImageException e) {
                assertThat(e).hasMessageMatching("(?s).{10,}");
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            bytes = edited(bytes, random);
        }
        if (original[0] != (byte) 0xFF && random.nextInt(4) > 0) {
            mendCheckSums(bytes);
        }
        return bytes;
    }

    private static byte[] edited(byte[] bytes, Random random) {
        int at = random.nextInt(Math.max(1, random.nextBoolean() ? Math.min(bytes.length, 700) : bytes.length));
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
            case 3 -> {
                int length = Math.min(1 + random.nextInt(16), bytes.length - at);
                System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
            }
            default -> {
                return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at + 1) : without(bytes, at);
            }
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at) {
        byte[] shorter = Arrays.copyOf(bytes, Math.max(1, bytes.length - 1));
        System.arraycopy(bytes, Math.min(at + 1, bytes.length), shorter, at, Math.max(0, bytes.length - at - 1));
        return shorter;
    }

    /** So that mutations get past the checksums to what they protect. */
    static void mendCheckSums(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int at = 8; at + 12 <= bytes.length; ) {
            int length = buffer.getInt(at);
            if (length < 0 || length > bytes.length - 12 - at) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, at + 4, length + 4);
            buffer.putInt(at + 8 + length, (int) crc.getValue());
            at += length + 12;
        }
    }
}
