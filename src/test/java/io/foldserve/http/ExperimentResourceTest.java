package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bundled models with experiments of their own, over HTTP. */
@QuarkusTest
@TestProfile(WithExperiments.class)
class ExperimentResourceTest {
    private static final Path BUNDLED = Path.of("models");
    private static final String UNKNOWN = "a".repeat(28);

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    private static Response digit(RequestSpecification request, String query) throws IOException {
        return request.contentType("image/png")
                .body(Files.readAllBytes(BUNDLED.resolve("digits/samples/digit-3.png")))
                .post("/v1/models/digits/predict" + query);
    }

    private static Response feedback(String model, String type, String body, String query) {
        return feedback(model, type, body.getBytes(StandardCharsets.UTF_8), query);
    }

    /** As bytes, which the client sends as they are under any type. */
    private static Response feedback(String model, String type, byte[] body, String query) {
        return given().contentType(type).body(body).post("/v1/models/" + model + "/feedback" + query);
    }

    @Test
    void aUserAlwaysGetsTheSameVariantAndTheAnswerSaysWhichExperiment() throws IOException {
        Set<String> variants = new HashSet<>();
        for (int user = 0; user < 12; user++) {
            Response first = digit(given().header("X-User-Id", "user-" + user), "");
            Response second = digit(given().header("x-user-id", "user-" + user), "");

            assertThat(first.header("Foldserve-Experiment")).isEqualTo("by-user");
            assertThat(second.header("Foldserve-Variant")).isEqualTo(first.header("Foldserve-Variant"));
            assertThat(second.<String>path("id")).isNotEqualTo(first.path("id")).hasSize(28);
            variants.add(first.path("variant"));
        }
        assertThat(variants).hasSize(2);
    }

    @Test
    void aRequestThatNamesItsVariantCountsForNoExperiment() throws IOException {
        Response answer = digit(given(), "?variant=doconv");

        assertThat(answer.header("Foldserve-Experiment")).isNull();
        assertThat(answer.<String>path("id")).isNull();
    }

    @Test
    void feedbackIsTakenAsOneObjectOrAsLines() throws IOException {
        String one = digit(given(), "").path("id");
        String other = digit(given(), "").path("id");

        feedback("digits", "application/json", "{\"id\":\"%s\",\"label\":\"3\"}".formatted(one), "")
                .then()
                .statusCode(202)
                .body("counted", equalTo(1));
        String lines = "{\"id\":\"%s\",\"label\":3}\n{\"id\":\"%s\",\"label\":\"3\"}\n{\"id\":\"%s\",\"label\":\"3\"}\n"
                .formatted(one, other, UNKNOWN);
        feedback("digits", "application/x-ndjson", lines, "")
                .then()
                .statusCode(202)
                .body("counted", equalTo(1))
                .body("repeated", equalTo(1))
                .body("refused.id", equalTo(List.of(UNKNOWN)))
                .body("refused[0].reason", equalTo("unknown, or no longer kept"));
        given().get("/q/metrics").then().statusCode(200).body(containsString("foldserve_feedback_total{"));
    }

    @Test
    void theRightMaskIsTakenAsAPngInThePicturesSize() throws IOException {
        byte[] scene = Files.readAllBytes(BUNDLED.resolve("digit-scenes/samples/scene-1.png"));
        Response answer = given().contentType("image/png").body(scene).post("/v1/models/digit-scenes/predict?page=7");
        String id = answer.path("id");
        byte[] mask = given().contentType("image/png")
                .accept("image/png")
                .body(scene)
                .post("/v1/models/digit-scenes/predict?page=7&maskSize=input")
                .asByteArray();

        feedback("digit-scenes", "image/png", mask, "?id=" + id)
                .then()
                .statusCode(202)
                .body("counted", equalTo(1));
        feedback("digit-scenes", "image/png", mask, "?id=" + id).then().body("repeated", equalTo(1));
        feedback("digit-scenes", "image/png", mask, "?id=" + UNKNOWN)
                .then()
                .statusCode(202)
                .body("refused.id", equalTo(List.of(UNKNOWN)));
        given().get("/v1/models/digit-scenes/experiment")
                .then()
                .statusCode(200)
                .body("experiment.unit", equalTo("query:page"))
                .body("variants.find { it.accuracy != null }.accuracy.value", equalTo(1f));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "digits | application/json | {\"id\":\"x\"} | '' | object 1: expected",
                "digits | application/json | {\"id\":\"x\",\"label\":\"3\",\"more\":1} | '' | object 1: expected",
                "digits | application/json | nonsense | '' | object 1 is not JSON",
                "digits | application/json | {\"id\":\"x\",\"label\":\"3\"} | ?id=x | ?id= goes with a mask",
                "digits | image/png | x | ?id=x | expected a mask as a PNG",
                "digit-scenes | image/png | x | '' | a mask needs ?id=",
                "digit-scenes | application/json | {\"id\":\"x\",\"label\":\"3\"} | '' | model digit-scenes segments"
            })
    void feedbackThatCannotBeReadIsRefusedWithAReason(
            String model, String type, String body, String query, String reason) {
        feedback(model, type, body, query).then().statusCode(400).body("error", startsWith(reason));
    }

    @Test
    void whatIsNoFeedbackAtAllIsRefusedByItsType() {
        feedback("digits", "image/jpeg", "x", "").then().statusCode(415);
        feedback("nobody", "application/json", "{}", "").then().statusCode(404);
        given().get("/v1/models/nobody/experiment").then().statusCode(404);
        given().get("/v1/models/digits/experiment?x=1").then().statusCode(400);
    }

    @Test
    void theExperimentIsShownAndChangedWhileTheModelIsServed() throws IOException {
        String path = "/v1/models/digits/experiment";
        given().get(path)
                .then()
                .statusCode(200)
                .body("experiment.name", equalTo("by-user"))
                .body("declared", equalTo(true))
                .body("countedBy", equalTo("all"));
        given().contentType("application/json")
                .body("{\"name\":\"all-doconv\",\"shares\":{\"doconv\":1},\"unit\":\"cookie:session\"}")
                .put(path)
                .then()
                .statusCode(200)
                .body("experiment.shares", equalTo(Map.of("doconv", 1, "baseline", 0)))
                .body("verdict", startsWith("undecided"));

        assertThat(digit(given().cookie("session", "s"), "").header("Foldserve-Variant"))
                .isEqualTo("doconv");
        given().contentType("application/json")
                .body("{\"name\":\"e\",\"shares\":{\"nobody\":1},\"margin\":2}")
                .put(path)
                .then()
                .statusCode(400)
                .body("error", containsString("shares.nobody"))
                .body("error", containsString("margin: expected"));
        given().contentType("application/json").body("[]").put(path).then().statusCode(400);
        given().contentType("application/json")
                .body("{\"name\":\"by-user\",\"unit\":\"header:X-User-Id\",\"salt\":\"s\"}")
                .put(path)
                .then()
                .statusCode(200);
    }

    @Test
    void theDisagreementsAreListed() {
        given().get("/v1/models/digits/disagreements").then().statusCode(200).body("baseline", equalTo("baseline"));
    }
}
