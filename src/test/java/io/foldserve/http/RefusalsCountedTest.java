package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No request is refused without being counted, by its model where that is known. */
@QuarkusTest
class RefusalsCountedTest {
    private static final String PREDICT = "/v1/models/digits/predict";

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void aTopKThatIsNoNumber() throws IOException {
        assertThat(refusedBy("digits", PREDICT + "?topK=abc", digit(), 400)).isEqualTo(1);
    }

    @Test
    void aTopKOutOfRange() throws IOException {
        assertThat(refusedBy("digits", PREDICT + "?topK=11", digit(), 400)).isEqualTo(1);
    }

    @Test
    void aQueryParameterThatThereIsNot() throws IOException {
        assertThat(refusedBy("digits", PREDICT + "?topk=3", digit(), 400)).isEqualTo(1);
    }

    @Test
    void aRenderingThatDoesNotExist() throws IOException {
        assertThat(refusedBy("digits", PREDICT + "?render=evil", digit(), 400)).isEqualTo(1);
    }

    @Test
    void aBodyDeclaredTooLarge() {
        assertThat(refusedBy("digits", PREDICT, new byte[50_000_000], 413)).isEqualTo(1);
    }

    @Test
    void aPictureThatIsNone() {
        assertThat(refusedBy("digits", PREDICT, new byte[10], 415)).isEqualTo(1);
    }

    @Test
    void anUnknownModelUnderNoName() throws IOException {
        assertThat(refusedBy("none", "/v1/models/letters/predict", digit(), 404))
                .isEqualTo(1);
        assertThat(refusedBy("none", "/v1/models/letters/predict?topK=abc", digit(), 400))
                .isEqualTo(1);
    }

    @Test
    void anAnswerIsNotARefusal() throws IOException {
        assertThat(refusedBy("digits", PREDICT, digit(), 200)).isZero();
    }

    private static byte[] digit() throws IOException {
        return Files.readAllBytes(Path.of("models", "digits", "samples", "digit-3.png"));
    }

    /** By how much the model's count of refusals rises when the request is sent. */
    private static double refusedBy(String model, String path, byte[] body, int status) {
        double before = refused(model);
        given().contentType("image/png").body(body).post(path).then().statusCode(status);
        return refused(model) - before;
    }

    private static double refused(String model) {
        Matcher sample = Pattern.compile(
                        "(?m)^foldserve_requests_rejected_total\\{model=\"" + model + "\",outcome=\"refused\"} (\\S+)$")
                .matcher(given().get("/q/metrics").asString());
        return sample.find() ? Double.parseDouble(sample.group(1)) : 0;
    }
}
