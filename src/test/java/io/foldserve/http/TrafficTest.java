package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests go to variants by the manifest's shares, unless they name one. */
@QuarkusTest
@TestProfile(TrafficTest.UnevenShares.class)
class TrafficTest {
    private static final Path DIGITS = Path.of("models", "digits");

    /** The bundled digits behind shares of 3, 1 and 0. */
    public static final class UnevenShares implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path models = Files.createTempDirectory("foldserve-traffic");
                Path model = Files.createDirectory(models.resolve("digits"));
                for (String file : List.of("labels.txt", "resnet20-doconv.pth", "resnet20.safetensors")) {
                    Files.copy(DIGITS.resolve(file), model.resolve(file));
                }
                Files.writeString(model.resolve("model.yaml"), MANIFEST);
                return Map.of("foldserve.models", models.toString(), "foldserve.parity.at-load", "0s");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final String MANIFEST = """
            task: classification
            labels: labels.txt
            input: { width: 32, height: 32, colour: grey, resize: { shorterSide: 32 }, crop: center, mean: [0.7], std: [0.25] }
            variants:
              most: { checkpoint: resnet20-doconv.pth, architecture: { name: cifar-resnet20, classes: 10, channels: 1 }, traffic: 3 }
              some: { checkpoint: resnet20.safetensors, architecture: { name: cifar-resnet20, classes: 10, channels: 1 }, traffic: 1 }
              none: { checkpoint: resnet20.safetensors, architecture: { name: cifar-resnet20, classes: 10, channels: 1 }, traffic: 0 }
            """;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    /** Seven standard deviations on either side of 150 of 200. */
    @Test
    void requestsAreDealtAtRandomByTheSharesAndTheAnswerNamesItsVariant() throws IOException {
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Response answer = predict("");
            assertThat(answer.path("variant").toString()).isEqualTo(answer.header("Foldserve-Variant"));
            assertThat(answer.header("Foldserve-Experiment")).isNull();
            answers.merge(answer.path("variant"), 1, Integer::sum);
        }
        assertThat(answers).containsOnlyKeys("most", "some");
        assertThat(answers.get("most")).isBetween(107, 193);
    }

    @Test
    void aRequestMayNameAnyVariantEvenOneWithoutAShare() throws IOException {
        for (String variant : List.of("most", "some", "none")) {
            Response answer = predict("?variant=" + variant);
            assertThat(answer.header("Foldserve-Variant")).isEqualTo(variant);
            assertThat(answer.path("variant").toString()).isEqualTo(variant);
        }
    }

    private static Response predict(String query) throws IOException {
        return given().contentType("image/png")
                .body(Files.readAllBytes(DIGITS.resolve("samples/digit-3.png")))
                .post("/v1/models/digits/predict" + query)
                .then()
                .statusCode(200)
                .extract()
                .response();
    }
}
