package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scores of a mask, on request. */
@QuarkusTest
class MaskScoresResourceTest {
    private static final Path SCENE = Path.of("models", "digit-scenes", "samples", "scene-1.png");
    private static final Path GOLDEN = Path.of("src/test/resources/io/foldserve/task/mask-scores.npy");
    private static final String SCENES = "/v1/models/digit-scenes/predict?variant=doconv";
    private static final int LABELS = 11;
    private static final int SIZE = 96;
    private static final int STEP = 3;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    private static byte[] predict(String query, String type) {
        return given().body(SCENE.toFile())
                .contentType("image/png")
                .post(SCENES + query)
                .then()
                .statusCode(200)
                .contentType(type)
                .header("Foldserve-Variant", equalTo("doconv"))
                .extract()
                .asByteArray();
    }

    private static float[] elements(byte[] npy) {
        int start = 10 + ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
        float[] elements = new float[(npy.length - start) / Float.BYTES];
        ByteBuffer.wrap(npy, start, npy.length - start)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(elements);
        return elements;
    }

    @Test
    void areWhatPytorchComputes() throws IOException {
        float[] found = elements(predict("&scores=npy", "application/octet-stream"));
        float[] expected = elements(Files.readAllBytes(GOLDEN));

        assertThat(found).hasSize(LABELS * SIZE * SIZE);
        for (int i = 0, label = 0; label < LABELS; label++) {
            for (int y = 0; y < SIZE; y += STEP) {
                for (int x = 0; x < SIZE; x += STEP, i++) {
                    assertThat(found[(label * SIZE + y) * SIZE + x]).isEqualTo(expected[i], within(2e-5f));
                }
            }
        }
    }

    @Test
    void theBestLabelOfEachPixelIsItsClassInTheMask() throws IOException {
        float[] scores = elements(predict("&scores=npy", "application/octet-stream"));
        BufferedImage mask = ImageIO.read(new ByteArrayInputStream(predict("&render=mask", "image/png")));

        Raster classes = mask.getRaster();
        for (int i = 0; i < SIZE * SIZE; i++) {
            int of = classes.getSample(i % SIZE, i / SIZE, 0);
            for (int label = 0; label < LABELS; label++) {
                assertThat(scores[label * SIZE * SIZE + i]).isLessThanOrEqualTo(scores[of * SIZE * SIZE + i]);
            }
        }
    }

    @Test
    void aPngShowsOneLabel() throws IOException {
        float[] scores = elements(predict("&scores=npy", "application/octet-stream"));
        BufferedImage png = ImageIO.read(new ByteArrayInputStream(predict("&scores=png&label=0", "image/png")));

        for (int i = 0; i < SIZE * SIZE; i++) {
            assertThat(png.getRaster().getSample(i % SIZE, i / SIZE, 0))
                    .isEqualTo(Math.round(65535.0 * scores[SIZE * SIZE + i]));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "&scores=tiff|scores is 'tiff', expected 'npy' or 'png'",
                "&scores=png|scores=png shows one label, expected label=NAME beside it",
                "&scores=npy&label=0|label is given with scores=npy, which has all labels",
                "&label=0|label is given without scores, expected scores=png beside it",
                "&scores=npy&render=mask|render and scores are both given, expected one of them",
                "&scores=png&label=ten|there is no label 'ten', expected background, 0, 1, 2, 3",
                "&scores=npy&maskSize=input|the scores of a mask have the network's size; leave maskSize out"
            })
    void whatDoesNotGoTogetherIsRefused(String query, String message) {
        given().post(SCENES + query).then().statusCode(400).body("error", containsString(message));
    }

    @Test
    void aClassifierHasNoMask() {
        given().post("/v1/models/digits/predict?scores=npy")
                .then()
                .statusCode(400)
                .body("error", containsString("its answer has the probability of each class already"));
    }
}
