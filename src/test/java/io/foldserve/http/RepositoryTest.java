package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.foldserve.serving.load.LoadedModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of models over HTTP, in a directory of its own. */
@QuarkusTest
@TestProfile(RepositoryTest.OwnDirectory.class)
class RepositoryTest {
    private static final Path MODELS = directory();
    private static final String READY = "/q/health/ready";

    /** One good model and one that cannot be read. */
    public static final class OwnDirectory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("foldserve.models", directory().toString());
        }
    }

    private static final String PROPERTY = "repository-test.models";

    /** The same for the profile and the test, which two class loaders load. */
    private static synchronized Path directory() {
        String known = System.getProperty(PROPERTY);
        if (known != null) {
            return Path.of(known);
        }
        try {
            Path made = Files.createTempDirectory("foldserve-models");
            LoadedModels.copy("digits", made, "digits");
            Path broken = LoadedModels.copy("digits", made, "broken");
            LoadedModels.edit(broken, "task: classification", "task: guessing");
            System.setProperty(PROPERTY, made.toString());
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    private static ValidatableResponse load(String model) {
        return given().post("/v2/repository/models/" + model + "/load").then();
    }

    private static ValidatableResponse predict(String model) throws IOException {
        byte[] image = Files.readAllBytes(LoadedModels.BUNDLED.resolve("digits/samples/digit-7.png"));
        return given().contentType("image/png")
                .body(image)
                .post("/v1/models/" + model + "/predict")
                .then();
    }

    private static String sample(String metric, String model, String state) {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(metric + "{")
                        && line.contains("model=\"" + model + "\"")
                        && line.contains("state=\"" + state + "\""))
                .findFirst()
                .orElse("");
    }

    @Test
    void aBrokenModelIsNamedAndKeepsNothingBack() throws IOException {
        given().get(READY).then().statusCode(200).body(containsString("broken failed to load"));
        assertThat(sample("foldserve_model_state", "broken", "failed")).endsWith(" 1.0");
        predict("broken").statusCode(503).body("error", containsString("guessing"));
        load("broken").statusCode(422).body("error", startsWith("model broken failed to load: task: expected one of"));
    }

    @Test
    void aModelIsUnloadedLoadedAndLoadedAnew() throws IOException {
        LoadedModels.copy("digits", MODELS, "fresh");
        load("fresh").statusCode(200).body("state", equalTo("ready")).body("problems", empty());
        predict("fresh").statusCode(200).body("classes[0].label", equalTo("7"));

        given().contentType(ContentType.JSON)
                .body("{\"parameters\":{\"unload_dependents\":false}}")
                .post("/v2/repository/models/fresh/unload")
                .then()
                .statusCode(200)
                .body("state", equalTo("unloaded"))
                .body("variants.name", contains("doconv", "baseline"));
        predict("fresh").statusCode(503).body("error", equalTo("model fresh was unloaded on request"));

        Path folder = MODELS.resolve("fresh");
        Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        load("fresh").statusCode(200);
        predict("fresh").statusCode(200).body("classes[0].label", equalTo("h"));

        Files.writeString(folder.resolve("labels.txt"), "a\nb\n");
        load("fresh")
                .statusCode(422)
                .body("error", containsString("found 2"))
                .body("error", containsString("what was loaded before is still served"));
        predict("fresh").statusCode(200).body("classes[0].label", equalTo("h"));
        given().get("/v1/models/fresh").then().body("state", equalTo("ready")).body("problems.size()", is(2));
        given().get(READY).then().statusCode(200).body(containsString("model fresh failed to load"));
        assertThat(sample("foldserve_model_state", "fresh", "stale")).endsWith(" 1.0");

        Files.delete(folder.resolve("model.yaml"));
        load("fresh")
                .statusCode(422)
                .body("error", equalTo("the folder fresh has no model.yaml; init writes one for the checkpoint in it"));
        predict("fresh").statusCode(404);
        assertThat(sample("foldserve_model_state", "fresh", "stale")).isEmpty();
    }

    @Test
    void whatCannotBeDoneIsRefusedWithAReason() {
        load("absent").statusCode(404).body("error", startsWith("there is no model folder 'absent'"));
        load("..%2Fdigits").statusCode(404);
        refused("{\"parameters\":{\"config\":\"{}\"}}", "the parameter 'config' is not taken");
        refused("[1]", "the body is not a JSON object");
        refused("{", "the body is not JSON, expected none or an object: Unexpected end-of-input");
        refused("{} {}", "something follows the JSON object of the body");
        refused("{\"parameters\":7}", "parameters must be an object, found a whole number");
        for (String index : List.of("{\"ready\":true} {}", "{\"ready\":1}", "{\"ready\":")) {
            given().body(index)
                    .post("/v2/repository/index")
                    .then()
                    .statusCode(400)
                    .body("error", notNullValue());
        }
        given().body("{\"name\":\"a\"} {}")
                .put("/v1/models/digits/experiment")
                .then()
                .statusCode(400)
                .body("error", startsWith("the body is not a JSON object"));
        given().get("/v2/repository/models/digits/load").then().statusCode(405);
    }

    private static void refused(String body, String reason) {
        given().body(body)
                .contentType(ContentType.JSON)
                .post("/v2/repository/models/digits/load")
                .then()
                .statusCode(400)
                .body("error", startsWith(reason));
    }
}
