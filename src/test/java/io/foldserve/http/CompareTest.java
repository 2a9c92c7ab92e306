package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/models/{model}/compare}, and the page's answers to the same pictures. */
@QuarkusTest
class CompareTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DIGITS = "/v1/models/digits/compare";
    private static final String SCENES = "/v1/models/digit-scenes/compare";
    private static final Path SCENE = Path.of("models", "digit-scenes", "samples", "scene-1.png");

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"doconv", "baseline"})
    void everyVariantAnswersAsItDoesAlone(String variant) throws IOException {
        JsonNode alone = json(picture(ServiceProcess.DIGIT)
                .post("/v1/models/digits/predict?topK=10&variant=" + variant)
                .asByteArray());
        JsonNode compared =
                json(picture(ServiceProcess.DIGIT).post(DIGITS + "?topK=10").asByteArray());
        assertThat(answer(compared, variant).path("classes")).isEqualTo(alone.path("classes"));

        JsonNode mask = json(picture(SCENE)
                .post("/v1/models/digit-scenes/predict?variant=" + variant)
                .asByteArray());
        JsonNode masks = json(picture(SCENE).post(SCENES).asByteArray());
        assertThat(answer(masks, variant).path("mask")).isEqualTo(mask.path("mask"));
    }

    @Test
    void theBestClassesOfAnyVariantAreInEveryAnswer() throws IOException {
        JsonNode compared =
                json(picture(ServiceProcess.DIGIT).post(DIGITS + "?topK=3").asByteArray());
        assertThat(compared.path("answers")).hasSize(2);
        assertThat(indices(answer(compared, "doconv")))
                .containsExactlyInAnyOrder(indices(answer(compared, "baseline")))
                .hasSizeBetween(3, 6);
        assertThat(compared.at("/agreements/0/same").asBoolean()).isTrue();
        assertThat(compared.at("/agreements/0/variant").asText()).isEqualTo("doconv");
        assertThat(compared.at("/agreements/0/baseline").asText()).isEqualTo("baseline");
        assertThat(compared.has("picture")).isFalse();
    }

    @Test
    void theDifferenceOfMasksIsWhereTheirClassesDiffer() throws IOException {
        JsonNode compared = json(picture(SCENE).post(SCENES).asByteArray());
        int[] ours = expanded(answer(compared, "doconv").at("/mask/runs"));
        int[] theirs = expanded(answer(compared, "baseline").at("/mask/runs"));
        int[] expected = IntStream.range(0, ours.length)
                .map(pixel -> ours[pixel] == theirs[pixel] ? 0 : 1)
                .toArray();
        JsonNode agreement = compared.at("/agreements/0");
        BufferedImage differs = png(agreement.path("differs"));

        assertThat(differs.getRaster().getSamples(0, 0, 96, 96, 0, (int[]) null))
                .containsExactly(expected)
                .contains(1);
        assertThat(agreement.path("same").asBoolean()).isFalse();
        assertThat(agreement.path("pixelAgreement").asDouble())
                .isCloseTo(1 - IntStream.of(expected).sum() / 9216.0, within(1e-12));
        assertThat(agreement.path("meanIou").asDouble()).isStrictlyBetween(0.2, 0.9);
    }

    @Test
    void thePictureIsAnsweredAsTheNetworksSeeItWhereItIsAskedFor() throws IOException {
        BufferedImage seen = png(json(picture(ServiceProcess.SCENE)
                        .post(SCENES + "?picture=true")
                        .asByteArray())
                .path("picture"));
        assertThat(seen.getWidth()).isEqualTo(96);
        assertThat(seen.getHeight()).isEqualTo(96);
    }

    @Test
    void decodingIsTimedOnceAndRunsForEachVariant() throws IOException {
        JsonNode compared = json(picture(ServiceProcess.DIGIT).post(DIGITS).asByteArray());
        assertThat(compared.path("seconds").fieldNames()).toIterable().containsExactly("queue", "decode", "preprocess");
        for (JsonNode answer : compared.path("answers")) {
            assertThat(answer.path("seconds").fieldNames()).toIterable().containsExactly("infer", "postprocess");
            assertThat(answer.at("/seconds/infer").asDouble()).isBetween(1e-6, 30.0);
        }
    }

    @Test
    void aComparisonIsNoVariantsTraffic() throws IOException {
        Map<String, Double> before = Map.of("doconv", answered("doconv"), "baseline", answered("baseline"));
        double compared = answered("none");
        picture(ServiceProcess.DIGIT).post(DIGITS).then().statusCode(200);
        assertThat(answered("doconv")).isEqualTo(before.get("doconv"));
        assertThat(answered("baseline")).isEqualTo(before.get("baseline"));
        assertThat(answered("none")).isEqualTo(compared + 1);
    }

    /** How many requests to the digits were answered by {@code variant}. */
    private static double answered(String variant) {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("foldserve_request_duration_seconds_count{"))
                .filter(line -> line.contains("model=\"digits\""))
                .filter(line -> line.contains("outcome=\"ok\"") && line.contains("variant=\"" + variant + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void formsAndBase64AreTakenAsByAPrediction() throws IOException {
        given().multiPart("image", ServiceProcess.DIGIT.toFile(), "image/png")
                .post(DIGITS)
                .then()
                .statusCode(200)
                .body("answers[0].classes[0].label", equalTo("3"));
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(ServiceProcess.DIGIT));
        given().contentType("application/json")
                .body(Map.of("image", base64))
                .post(DIGITS)
                .then()
                .statusCode(200)
                .body("answers[1].classes[0].label", equalTo("3"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models/nothing/compare,404,there is no model 'nothing'",
        "/v1/models/digits/compare?topK=11,400,'topK must be 1 to 10, found 11'",
        "/v1/models/digits/compare?topK=two,400,'topK is ''two'''",
        "/v1/models/digits/compare?picture=yes,400,'picture is ''yes'', expected ''true'' or ''false'''",
        "/v1/models/digits/compare?variant=doconv,400,there is no query parameter 'variant' here",
    })
    void whatCannotBeAnsweredIsRefused(String target, int status, String reason) throws IOException {
        picture(ServiceProcess.DIGIT).post(target).then().statusCode(status).body("error", containsString(reason));
    }

    @Test
    void whatIsNoPictureIsRefused() {
        given().contentType("image/png")
                .body("<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8))
                .post(DIGITS)
                .then()
                .statusCode(415)
                .body("error", containsString("expected a JPEG, PNG, GIF, BMP, TIFF or WebP"));
    }

    @Test
    void aBrowserIsAnsweredWithThePageAndItsPolicy() {
        given().accept("text/html")
                .multiPart("image", ServiceProcess.DIGIT.toFile(), "image/png")
                .post(DIGITS)
                .then()
                .statusCode(200)
                .contentType("text/html")
                .header("Content-Security-Policy", containsString("default-src 'none'; script-src 'self'"))
                .body(containsString("doconv and baseline give the same class"));
    }

    @Test
    void aBrowserIsToldWhyThereIsNoAnswer() {
        given().accept("text/html")
                .multiPart("image", "a.png", new byte[] {1, 2, 3})
                .post(DIGITS)
                .then()
                .statusCode(415)
                .contentType("text/html")
                .body(containsString("role=\"alert\">expected a JPEG, PNG, GIF, BMP, TIFF or WebP"));
        given().accept("text/html")
                .urlEncodingEnabled(false)
                .multiPart("image", ServiceProcess.DIGIT.toFile(), "image/png")
                .post("/v1/models/%3Cb%3E/compare")
                .then()
                .statusCode(404)
                .body(containsString("there is no model &#39;&lt;b&gt;&#39;"));
    }

    @Test
    void samplesAreServedAndNothingElseOfAFolder() throws IOException {
        assertThat(given().get("/v1/models/digits/samples/digit-3.png")
                        .then()
                        .statusCode(200)
                        .contentType("image/png")
                        .extract()
                        .asByteArray())
                .isEqualTo(Files.readAllBytes(ServiceProcess.DIGIT));
        for (String name : new String[] {"model.yaml", "..%2Fmodel.yaml", "%2e%2e%2fresnet20-doconv.pth", "nothing"}) {
            given().urlEncodingEnabled(false)
                    .get("/v1/models/digits/samples/" + name)
                    .then()
                    .statusCode(404);
        }
        given().get("/?model=digits&sample=digit-3.png")
                .then()
                .statusCode(200)
                .body(containsString("What digits says"));
        given().get("/?model=digits&sample=nothing.png")
                .then()
                .statusCode(404)
                .body(containsString("there is no sample &#39;nothing.png&#39;"));
    }

    @Test
    void thePageShowsEveryModelAndLeadsOn() {
        String page = given().get("/")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .extract()
                .asString();
        assertThat(page)
                .contains("data-model=\"digits\" data-state=\"ready\"")
                .contains("href=\"/v1/models/digit-scenes/variants/doconv/fold\"")
                .contains("href=\"/q/swagger-ui/\"")
                .doesNotContain("style=")
                .doesNotContain("onclick=");
        for (String target : new String[] {"/page/page.css", "/page/page.js", "/page/icon.svg", "/q/swagger-ui/"}) {
            given().get(target).then().statusCode(200);
        }
    }

    private static RequestSpecification picture(Path file) throws IOException {
        return given().contentType(file.toString().endsWith(".png") ? "image/png" : "image/jpeg")
                .body(Files.readAllBytes(file));
    }

    private static JsonNode json(byte[] body) throws IOException {
        return JSON.readTree(body);
    }

    private static JsonNode answer(JsonNode compared, String variant) {
        return StreamSupport.stream(compared.path("answers").spliterator(), false)
                .filter(answer -> answer.path("variant").asText().equals(variant))
                .findFirst()
                .orElseThrow();
    }

    private static Integer[] indices(JsonNode answer) {
        return StreamSupport.stream(answer.path("classes").spliterator(), false)
                .map(ranked -> ranked.path("index").asInt())
                .toArray(Integer[]::new);
    }

    private static BufferedImage png(JsonNode base64) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64.asText())));
    }

    private static int[] expanded(JsonNode runs) {
        return IntStream.range(0, runs.size() / 2)
                .flatMap(run -> IntStream.generate(() -> runs.get(2 * run).asInt())
                        .limit(runs.get(2 * run + 1).asInt()))
                .toArray();
    }
}
