package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client gets for a request that cannot be answered: a status, a reason, and a service that goes on. */
@QuarkusTest
class BadRequestsTest {
    private static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");
    private static final Path PHOTO = Path.of("models", "digits", "samples", "photo-5.jpg");
    private static final String PREDICT = "/v1/models/digits/predict";

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @AfterEach
    void theNextRequestIsAnswered() throws IOException {
        post(Files.readAllBytes(DIGIT), "image/png", PREDICT).statusCode(200).body("classes[0].label", equalTo("3"));
    }

    @Test
    void anEmptyBody() {
        post(new byte[0], "image/png", PREDICT).statusCode(400).body("error", containsString("empty"));
    }

    @Test
    void textThatClaimsToBeAnImage() {
        post(ascii("not an image"), "image/png", PREDICT).statusCode(415).body("error", containsString("JPEG"));
    }

    @Test
    void aContentTypeThatIsNoImage() throws IOException {
        post(Files.readAllBytes(DIGIT), "text/plain", PREDICT)
                .statusCode(415)
                .body("error", containsString("text/plain"));
    }

    @Test
    void aTruncatedJpeg() throws IOException {
        byte[] photo = Files.readAllBytes(PHOTO);
        post(Arrays.copyOf(photo, photo.length / 2), "image/jpeg", PREDICT).statusCode(400);
    }

    @Test
    void aTruncatedPng() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        post(Arrays.copyOf(digit, digit.length - 20), "image/png", PREDICT).statusCode(400);
    }

    @Test
    void aSmallPngThatClaimsToBeHuge() throws IOException {
        post(hugePng(), "image/png", PREDICT).statusCode(413).body("error", containsString("65535×65535"));
    }

    @Test
    void aBodyOverTheLimit() {
        post(new byte[50_000_000], "image/jpeg", PREDICT).statusCode(413).body("error", containsString("10"));
    }

    @Test
    void anUnknownModelOrVariant() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        post(digit, "image/png", "/v1/models/letters/predict")
                .statusCode(404)
                .body("error", containsString("digit-scenes"));
        post(digit, "image/png", PREDICT + "?variant=quantised")
                .statusCode(404)
                .body("error", containsString("baseline"));
        given().get("/v1/models/letters").then().statusCode(404).body("error", containsString("letters"));
        given().get("/v1/models/letters/parity").then().statusCode(404).body("error", containsString("letters"));
        given().get("/v1/models/digits/variants/none/fold")
                .then()
                .statusCode(404)
                .body("error", containsString("none"));
    }

    @Test
    void aTopKThatCannotBe() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        for (String topK : new String[] {"-1", "0", "11", "many", "99999999999"}) {
            post(digit, "image/png", PREDICT + "?topK=" + topK).statusCode(400).body("error", containsString(topK));
        }
    }

    @Test
    void aRenderingThatCannotBe() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        post(digit, "image/png", PREDICT + "?render=overlay").statusCode(400);
        post(digit, "image/png", "/v1/models/digit-scenes/predict?render=poster")
                .statusCode(400)
                .body("error", containsString("poster"));
    }

    @Test
    void aChunkedBodyOverTheLimit() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + PREDICT))
                .header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[50_000_000])))
                .build();
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("{\"error\":\"the body is larger than the limit of 10485760 bytes\"}");
    }

    @Test
    void aFormWithoutTheFieldOrWithoutABoundary() {
        post(ascii("--x\r\n"), "multipart/form-data; boundary=x", PREDICT)
                .statusCode(400)
                .body("error", containsString("boundary"));
        post(ascii("abc"), "multipart/form-data", PREDICT).statusCode(400).body("error", containsString("boundary"));
    }

    @Test
    void aContentTypeThatIsNone() throws IOException {
        given().header("Content-Type", "garbage")
                .body(Files.readAllBytes(DIGIT))
                .post(PREDICT)
                .then()
                .statusCode(415)
                .body("error", containsString("write image/jpeg or image/png"));
    }

    @Test
    void anAddressAtWhichThereIsNothing() {
        given().get("/v1/modells").then().statusCode(404).body("error", containsString("/v1/models"));
    }

    @Test
    void anAnswerTypeThatIsNotOffered() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        given().accept("text/html")
                .contentType("image/png")
                .body(digit)
                .post(PREDICT)
                .then()
                .statusCode(406)
                .body("error", containsString("application/json"))
                .body("error", containsString("Accept"));
        given().accept("image/png")
                .contentType("image/png")
                .body(digit)
                .post(PREDICT)
                .then()
                .statusCode(400)
                .body("error", containsString("classifies"));
    }

    @Test
    void aPathThatLeavesTheModels() throws IOException {
        given().urlEncodingEnabled(false)
                .contentType("image/png")
                .body(Files.readAllBytes(DIGIT))
                .post("/v1/models/..%2f..%2fetc/predict")
                .then()
                .statusCode(404)
                .body("error", containsString("there is no model '../../etc'"));
    }

    @Test
    void aWrongMethodOrPath() {
        given().get(PREDICT).then().statusCode(405).body("error", containsString("does not answer this method"));
        given().patch(PREDICT).then().statusCode(405).body("error", containsString("does not answer this method"));
        given().delete("/v1/models/digits")
                .then()
                .statusCode(405)
                .body("error", containsString("does not answer this method"));
        given().get("/v1/nothing")
                .then()
                .statusCode(404)
                .body("error", containsString("there is nothing at this address"));
    }

    private static ValidatableResponse post(byte[] body, String contentType, String path) {
        return given().contentType(contentType).body(body).post(path).then();
    }

    /** A well-formed header of 65535×65535 pixels, and next to no data. */
    private static byte[] hugePng() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(65535).putInt(65535).put(new byte[] {8, 2, 0, 0, 0});
        chunk(png, "IHDR", header.array());
        chunk(png, "IDAT", new byte[] {0x78, (byte) 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01});
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(ascii(type));
        checksum.update(data);
        png.write(ByteBuffer.allocate(4).putInt(data.length).array());
        png.write(ascii(type));
        png.write(data);
        png.write(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
