package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods each path answers is said to who asks, and to who uses another. */
@QuarkusTest
@TestProfile(MethodsTest.Elsewhere.class)
class MethodsTest {
    /** Pages of one other origin may call. */
    public static final class Elsewhere implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.http.cors.enabled", "true", "quarkus.http.cors.origins", "https://app.example.org");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /                                    | GET, HEAD, OPTIONS
            /v1/models                           | GET, HEAD, OPTIONS
            /v1/models/                          | GET, HEAD, OPTIONS
            /v1/models/digits                    | GET, HEAD, OPTIONS
            /v1/models/digits/predict            | OPTIONS, POST, PUT
            /v1/models/digits/compare            | OPTIONS, POST
            /v1/models/digits/parity             | GET, HEAD, OPTIONS, POST
            /v1/models/digits/feedback           | OPTIONS, POST
            /v1/models/digits/experiment         | GET, HEAD, OPTIONS, PUT
            /v1/models/digits/samples/a.png      | GET, HEAD, OPTIONS
            /v1/models/a%20b/variants/c/fold     | GET, HEAD, OPTIONS
            /v1/schema/model.json                | GET, HEAD, OPTIONS
            /v2                                  | GET, HEAD, OPTIONS
            /v2/health/live                      | GET, HEAD, OPTIONS
            /v2/models/digits                    | GET, HEAD, OPTIONS
            /v2/models/digits/infer              | OPTIONS, POST
            /v2/models/digits/versions/1         | GET, HEAD, OPTIONS
            /v2/models/digits/versions/1/infer   | OPTIONS, POST
            /v2/repository/index                 | OPTIONS, POST
            /v2/repository/models/digits/load    | OPTIONS, POST
            /q/health                            | GET, HEAD, OPTIONS
            /q/health/live                       | GET, HEAD, OPTIONS
            /q/metrics                           | GET, HEAD, OPTIONS
            /q/openapi                           | GET, HEAD, OPTIONS
            /q/swagger-ui/                       | GET, HEAD, OPTIONS
            /page/page.css                       | GET, HEAD, OPTIONS
            """)
    void areThoseOfThePath(String path, String allowed) {
        Response asked = given().urlEncodingEnabled(false).options(path);
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().getValues("Allow")).containsExactly(allowed);
        for (String other : new String[] {"DELETE", "PATCH", "BREW"}) {
            given().urlEncodingEnabled(false)
                    .request(other, path)
                    .then()
                    .statusCode(405)
                    .header("Allow", allowed)
                    .header("Foldserve-Request-Id", containsString("-"))
                    .body("error", containsString("does not answer this method, expected one of [" + allowed + "]"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/none", "/v1", "/v1/models/digits/none", "/v2/none", "/q/none", "/v2/models/digits/a/b"})
    void areNoneWhereThereIsNothing(String path) {
        given().options(path).then().statusCode(404).body("error", containsString("nothing at this address"));
        given().delete(path).then().statusCode(404);
    }

    @Test
    void aBrowserThatAsksForAPageOfAnotherOriginIsAnsweredByTheConfiguration() {
        given().header("Origin", "https://app.example.org")
                .header("Access-Control-Request-Method", "POST")
                .options("/v1/models/digits/predict")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "https://app.example.org")
                .header("Access-Control-Allow-Methods", containsString("POST"));
        given().header("Origin", "https://elsewhere.example.org")
                .header("Access-Control-Request-Method", "POST")
                .options("/v1/models/digits/predict")
                .then()
                .statusCode(403);
        given().header("Origin", "https://app.example.org")
                .get("/v1/models")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "https://app.example.org");
        given().header("Origin", "https://app.example.org")
                .delete("/v1/models")
                .then()
                .statusCode(405)
                .header("Access-Control-Allow-Origin", "https://app.example.org");
    }
}
