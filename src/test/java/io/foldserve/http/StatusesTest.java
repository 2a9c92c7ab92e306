package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.foldserve.documentation.Page;
import io.foldserve.serving.load.LoadedModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each status that http.md names is given over HTTP, and no page names another. */
@QuarkusTest
@TestProfile(StatusesTest.Strict.class)
class StatusesTest {
    private static final String PREDICT = "/v1/models/digits/predict";
    private static final String PARITY = "/v1/models/digits/parity";
    private static final String TOKEN = "a-token-of-the-statuses";
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");

    /** A good model and a broken one, short limits, and a token for predictions. */
    public static final class Strict implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path models = Files.createTempDirectory("foldserve-statuses");
                LoadedModels.copy("digits", models, "digits");
                LoadedModels.edit(
                        LoadedModels.copy("digits", models, "broken"), "task: classification", "task: guessing");
                return Map.of(
                        "foldserve.models", models.toString(),
                        "foldserve.threads.processors", "1",
                        "foldserve.request.deadline", "200ms",
                        "foldserve.queue.max-wait", "1ms",
                        "foldserve.parity.on-request", "2s",
                        "foldserve.predict.token", TOKEN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * How a status comes about.
     *
     * @param call makes a call that is answered with it
     */
    record Status(int code, Supplier<Response> call) {
        @Override
        public String toString() {
            return String.valueOf(code);
        }
    }

    static List<Status> statuses() {
        return List.of(
                new Status(400, () -> predicting().post(PREDICT + "?topk=3")),
                new Status(
                        401,
                        () -> given().contentType("image/png").body(digit()).post(PREDICT)),
                new Status(403, () -> given().header("Host", "elsewhere.example.org")
                        .post(PARITY)),
                new Status(404, () -> given().get("/v1/models/letters")),
                new Status(405, () -> given().delete("/v1/models/digits")),
                new Status(406, () -> predicting().accept("text/plain").post(PREDICT)),
                new Status(409, StatusesTest::secondMeasurement),
                new Status(413, () -> predicting().body(new byte[20_000_000]).post(PREDICT)),
                new Status(414, () -> given().get("/v1/models?x=" + "a".repeat(5000))),
                new Status(415, () -> predicting()
                        .body("no picture".getBytes(StandardCharsets.UTF_8))
                        .post(PREDICT)),
                new Status(422, () -> given().post("/v2/repository/models/broken/load")),
                new Status(429, StatusesTest::oneOfMany),
                new Status(
                        431, () -> given().header("X-Long", "a".repeat(30_000)).get("/v1/models")),
                new Status(503, () -> predicting().post("/v1/models/broken/predict")),
                new Status(504, () -> predicting().body(large()).post(PREDICT)));
    }

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void isGivenWithAReasonAndAName(Status status) {
        status.call()
                .get()
                .then()
                .statusCode(status.code())
                .contentType("application/json")
                .header("Foldserve-Request-Id", notNullValue())
                .body("error", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "GZIP, deflate", "identity, gzip"})
    void aCompressedBodyWhereThatIsNotUndoneIs415(String coding) {
        for (String call : List.of(PREDICT, PREDICT.replace("predict", "compare"), "/v1/models/digits/feedback")) {
            predicting()
                    .header("Content-Encoding", coding)
                    .body(digit())
                    .post(call)
                    .then()
                    .statusCode(415)
                    .header("Accept-Encoding", "identity")
                    .header("Foldserve-Request-Id", notNullValue())
                    .body("error", startsWith("the body has a Content-Encoding, expected none"));
        }
    }

    @Test
    void theCodingIdentityIsNone() {
        predicting()
                .header("Content-Encoding", "identity")
                .body(digit())
                .post(PREDICT)
                .then()
                .statusCode(200);
    }

    @Test
    void aBodyThatDoesNotArriveIs408() throws IOException {
        try (Socket slow = new Socket("localhost", RestAssured.port)) {
            slow.getOutputStream()
                    .write("POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 9\r\n\r\n"
                            .formatted(PREDICT, TOKEN)
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("{\"error\":", "Foldserve-Request-Id: ");
        }
    }

    @Test
    void anUnknownQueryParameterIsToldTheKnownOnes() {
        predicting()
                .post(PREDICT + "?topk=3")
                .then()
                .statusCode(400)
                .body("error", containsString("[label, maskSize, render, scores, topK, variant]"));
        given().get("/v1/models?verbose=1").then().statusCode(400).body("error", endsWith("expected none"));
    }

    @Test
    void theDocumentedStatusesAreTheTestedOnes() {
        String page = String.join("\n", Page.ofSite("http.md").lines());
        String sentence = page.substring(page.indexOf("Every error is"), page.indexOf("**The fold report.**"));
        SortedSet<Integer> documented = Pattern.compile("\\b[45]\\d\\d\\b")
                .matcher(sentence)
                .results()
                .map(MatchResult::group)
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
        SortedSet<Integer> tested =
                statuses().stream().map(Status::code).collect(Collectors.toCollection(TreeSet::new));
        tested.add(408);

        assertThat(documented).as("statuses that http.md names").isEqualTo(tested);
    }

    private static RequestSpecification predicting() {
        return given().auth().oauth2(TOKEN).contentType("image/png").body(digit());
    }

    private static byte[] digit() {
        try {
            return Files.readAllBytes(DIGIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture that takes longer to decode than the deadline. */
    private static byte[] large() {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(5000, 4900, BufferedImage.TYPE_INT_RGB), "png", file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Response secondMeasurement() {
        CompletableFuture<Response> first = CompletableFuture.supplyAsync(() -> given().post(PARITY));
        Response second = given().post(PARITY);
        Response other = first.join();
        return second.statusCode() == 200 ? other : second;
    }

    /** With one worker, one that runs and one that waits, the next would wait longer than 1 ms. */
    private static Response oneOfMany() {
        byte[] large = large();
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> predicting().body(large).post(PREDICT), task -> new Thread(task).start()));
        }
        List<Response> answered = answers.stream().map(CompletableFuture::join).toList();
        return answered.stream()
                .filter(answer -> answer.statusCode() == 429)
                .findFirst()
                .orElse(answered.get(0));
    }
}
