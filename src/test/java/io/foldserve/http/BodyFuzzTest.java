package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.request.Refusal;
import io.foldserve.task.InvalidRequestException;
import jakarta.ws.rs.BadRequestException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded mutations of the bodies that carry a picture: each is read, or refused with a sentence. */
class BodyFuzzTest {
    private static final int MUTATIONS = 10_000;
    static final String TYPE = "multipart/form-data; boundary=xyz";
    static final String FORM = """
            --xyz
            Content-Disposition: form-data; name="note"

            hello
            --xyz
            Content-Disposition: form-data; name="image"; filename="a.png"
            Content-Type: image/png

            \u0089PNG
            --xy
            --xyz--
            """.replace("\n", "\r\n");
    static final String JSON = "{\"image\": \"data:image/png;base64,AAEC/w==\"}";

    private interface Reading {
        byte[] of(byte[] body);
    }

    @Test
    void everyMutationOfAFormIsAPictureWithinItOrARefusal() {
        byte[] form = FORM.getBytes(StandardCharsets.ISO_8859_1);

        fuzz(form, body -> {
            byte[] image = MultipartForm.image(body, TYPE);
            assertThat(image.length).isLessThan(body.length);
            return image;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void everyMutationOfTheJsonIsAPictureOrARefusal(String charset) {
        fuzz(JSON.getBytes(Charset.forName(charset)), JsonImage::of);
    }

    @Test
    void bytesThatNoCharactersAreWrittenInAreRefused() {
        for (byte[] body : List.of(
                new byte[] {0, 0, (byte) 0xFF, (byte) 0xFE},
                new byte[] {0, 0, (byte) 0xFE, (byte) 0xFF, 0x7F, 0, 0, 0},
                new byte[] {0, 0, 0, '{', 0x7F, 0, 0, 0},
                new byte[] {(byte) 0xFE, (byte) 0xFF, 0, '{', 0, '"', (byte) 0xD8, 0, 0, '"'})) {
            assertThatThrownBy(() -> JsonImage.of(body))
                    .as(Arrays.toString(body))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("expected {\"image\"");
        }
    }

    @Test
    void whatARefusalQuotesIsCutOff() {
        assertThat(Refusal.of(new InvalidRequestException("found " + "a".repeat(10_000_000)))
                        .sentence())
                .hasSizeLessThan(2_100)
                .endsWith("… (10000006 characters)");
        assertThat(Refusal.of(new InvalidRequestException("found a")).sentence())
                .isEqualTo("found a");
    }

    private static void fuzz(byte[] original, Reading reading) {
        Random random = new Random(11);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            try {
                reading.of(mutated(original, random));
                read++;
            } catch (BadRequestException e) {
                assertThat(e).hasMessageMatching("(?s).{10,}");
                assertThat(e.getMessage()).doesNotContain("Exception", "java.");
                refused++;
            }
        }
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 1; edits--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> System.arraycopy(original, 0, bytes, at, Math.min(bytes.length, original.length) - at);
            }
        }
        return bytes;
    }
}
