package io.foldserve.protocol.grpc;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import ai.vespa.triton.TritonOnnxClient;
import io.foldserve.http.ReadyService;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vespa's client of Triton, unmodified: health, loading, metadata, and an answer that is REST's to the bit. */
@QuarkusTest
class VespaClientTest {
    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void vespaFindsLoadsAndEvaluatesAModel() throws IOException, InterruptedException {
        List<String> told = calls();

        assertThat(told.subList(0, 4))
                .containsExactly(
                        "healthy: true",
                        "ready: true",
                        "inputs: {image=tensor<float>(d0[],d1[1],d2[32],d3[32])}",
                        "outputs: {logits=tensor<float>(d0[],d1[10])}");
        assertThat(told.get(4)).isEqualTo("logits: " + logitsByRest());
        assertThat(told.get(5)).contains("NOT_FOUND: there is no model folder 'nobody'");
        assertThat(told).hasSize(6);
    }

    /** What {@link VespaCalls} prints: its client's classes come first, before ours of the same names. */
    private static List<String> calls() throws IOException, InterruptedException {
        Path client = Path.of(TritonOnnxClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        client + File.pathSeparator + System.getProperty("java.class.path"),
                        VespaCalls.class.getName(),
                        "localhost:" + RestAssured.port)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            List<String> told = lines.lines().toList();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return told;
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<Float> logitsByRest() {
        Map<String, Object> image = Map.of(
                "name", "image", "datatype", "FP32", "shape", List.of(1, 1, 32, 32), "data", VespaCalls.pixels());
        return given().contentType("application/json")
                .body(Map.of("inputs", List.of(image)))
                .post("/v2/models/digits.doconv/infer")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("outputs[0].data", Float.class);
    }
}
