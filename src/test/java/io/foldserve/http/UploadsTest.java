package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A picture in the forms that people's clients send it in. */
@QuarkusTest
class UploadsTest {
    private static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");
    private static final String PREDICT = "/v1/models/digits/predict";

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "image/*",
                "image/x-png",
                "image/jpeg",
                "application/octet-stream",
                "binary/octet-stream"
            })
    void theBytesSayWhatTheyAre(String contentType) throws IOException, InterruptedException {
        isThree(send("POST", contentType));
        isThree(send("PUT", contentType));
    }

    @Test
    void withoutAContentTypeTheBytesSayWhatTheyAre() throws IOException, InterruptedException {
        isThree(send("POST", ""));
        isThree(send("PUT", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "file", "data", "upload"})
    void aFormsOnlyFileIsThePicture(String field) {
        isThree(given().multiPart(field, DIGIT.toFile()).post(PREDICT).then());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data:image/png;base64,"})
    void jsonHoldsThePictureInBase64(String prefix) throws IOException {
        String base64 = prefix + Base64.getEncoder().encodeToString(Files.readAllBytes(DIGIT));
        isThree(given().contentType("application/json")
                .body("{\"image\":\"" + base64 + "\"}")
                .post(PREDICT)
                .then());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gif", "bmp"})
    void otherFormatsAreReadAndDamagedOnesRefused(String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertThat(ImageIO.write(ImageIO.read(DIGIT.toFile()), format, file)).isTrue();
        byte[] bytes = file.toByteArray();
        isThree(given().contentType("image/" + format).body(bytes).post(PREDICT).then());
        given().contentType("image/" + format)
                .body(Arrays.copyOf(bytes, bytes.length / 2))
                .post(PREDICT)
                .then()
                .statusCode(400)
                .body("error", containsString("the " + format.toUpperCase(Locale.ROOT) + " is truncated"));
    }

    @Test
    void aBodyThatIsNoPictureIsRefusedWhateverItIsCalled() {
        for (String type : new String[] {"application/octet-stream", "image/*", "binary/octet-stream"}) {
            given().contentType(type)
                    .body("a=b&c=d".getBytes(StandardCharsets.US_ASCII))
                    .post(PREDICT)
                    .then()
                    .statusCode(415)
                    .body("error", containsString("expected a JPEG, PNG, GIF, BMP, TIFF or WebP"));
        }
    }

    @Test
    void anUnknownQueryParameterIsRefusedWithTheKnownOnes() {
        given().post(PREDICT + "?topk=3")
                .then()
                .statusCode(400)
                .body(
                        "error",
                        equalTo("there is no query parameter 'topk' here, expected one of"
                                + " [label, maskSize, render, scores, topK, variant]"));
        given().get("/v1/models?verbose=true")
                .then()
                .statusCode(400)
                .body("error", equalTo("there is no query parameter 'verbose' here, expected none"));
        given().post(PREDICT + "?topK=3&topK=2")
                .then()
                .statusCode(400)
                .body("error", equalTo("the query parameter 'topK' is given 2 times, expected once"));
    }

    private static HttpResponse<String> send(String method, String contentType)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + PREDICT))
                .method(method, BodyPublishers.ofFile(DIGIT));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    private static void isThree(HttpResponse<String> answer) {
        assertThat(answer.body()).contains("\"classes\":[{\"index\":3,\"label\":\"3\"");
    }

    private static void isThree(ValidatableResponse answer) {
        answer.statusCode(200).body("classes[0].label", equalTo("3"));
    }
}
