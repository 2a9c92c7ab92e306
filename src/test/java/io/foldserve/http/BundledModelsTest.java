package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bundled sample through the running service, against PyTorch's own answers (models/training/expected.py). */
@QuarkusTest
class BundledModelsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double LOGIT_TOLERANCE = 1e-4;

    /** One sample asked of one variant, and what PyTorch says. */
    record Case(String model, String sample, String variant, JsonNode expected) {
        @Override
        public String toString() {
            return model + "/" + variant + " " + sample;
        }
    }

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    static Stream<Case> digits() throws IOException {
        return cases("digits");
    }

    static Stream<Case> scenes() throws IOException {
        return cases("digit-scenes");
    }

    private static Stream<Case> cases(String model) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (JsonNode sample : JSON.readTree(resource(model + "-expected.json")).path("samples")) {
            sample.path("answers")
                    .properties()
                    .forEach(answer -> cases.add(
                            new Case(model, sample.path("file").asText(), answer.getKey(), answer.getValue())));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("digits")
    void classifiesAsPyTorchDoes(Case digit) throws IOException {
        JsonNode answer = JSON.readTree(predict(digit, "application/json", "&topK=10"));
        assertThat(answer.path("variant").asText()).isEqualTo(digit.variant());
        assertThat(answer.at("/classes/0/index").asInt())
                .isEqualTo(digit.expected().path("top").asInt());
        assertThat(answer.path("classes")).hasSize(10);
        for (JsonNode ranked : answer.path("classes")) {
            assertThat(ranked.path("logit").asDouble())
                    .isCloseTo(
                            digit.expected()
                                    .path("logits")
                                    .path(ranked.path("index").asInt())
                                    .asDouble(),
                            within(LOGIT_TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void segmentsEveryPixelAsPyTorchDoes(Case scene) throws IOException {
        int[] expected = pixels(resource(scene.expected().path("mask").asText()));
        assertThat(pixels(new ByteArrayInputStream(predict(scene, "image/png", ""))))
                .containsExactly(expected);

        JsonNode mask = JSON.readTree(predict(scene, "application/json", "")).path("mask");
        assertThat(expand(mask.path("runs"), expected.length)).containsExactly(expected);
    }

    private static byte[] predict(Case asked, String accept, String more) throws IOException {
        Path sample = Path.of("models", asked.model(), "samples", asked.sample());
        return given().contentType(asked.sample().endsWith(".png") ? "image/png" : "image/jpeg")
                .accept(accept)
                .body(Files.readAllBytes(sample))
                .post("/v1/models/" + asked.model() + "/predict?variant=" + asked.variant() + more)
                .then()
                .statusCode(200)
                .contentType(accept)
                .extract()
                .asByteArray();
    }

    private static int[] expand(JsonNode runs, int size) {
        int[] pixels = new int[size];
        int next = 0;
        for (int i = 0; i < runs.size(); i += 2) {
            for (int length = runs.get(i + 1).asInt(); length > 0; length--) {
                pixels[next++] = runs.get(i).asInt();
            }
        }
        assertThat(next).isEqualTo(size);
        return pixels;
    }

    private static int[] pixels(InputStream png) throws IOException {
        BufferedImage image = ImageIO.read(png);
        return image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(
                BundledModelsTest.class.getResourceAsStream("/io/foldserve/bundled/" + name), name);
    }
}
