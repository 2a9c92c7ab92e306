package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client gets for a request that cannot be answered: a status, a reason, and a service that goes on. */
@QuarkusTest
class BadRequestsTest {
    private static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");
    private static final Path PHOTO = Path.of("models", "digits", "samples", "photo-5.jpg");
    private static final String PREDICT = "/v1/models/digits/predict";

    @BeforeAll
    static void ready() throws InterruptedException {
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
    void aWrongMethodOrPath() {
        given().get(PREDICT).then().statusCode(405).body("error", containsString("405"));
        given().get("/v1/nothing").then().statusCode(404).body("error", containsString("404"));
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
