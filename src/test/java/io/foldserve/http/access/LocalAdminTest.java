package io.foldserve.http.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import io.foldserve.http.ReadyService;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Admin calls to a service that was given neither a token nor a management port. */
@QuarkusTest
class LocalAdminTest {
    private static final String LOAD = "/v2/repository/models/digits/load";

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void aUserOfThisMachineLoadsAModel() {
        given().post(LOAD).then().statusCode(200);
    }

    @Test
    void aPageOfTheServiceItselfLoadsAModel() {
        RequestSpecification request = given();
        int port = RestAssured.port;
        request.header("Host", "localhost:" + port)
                .header("Origin", "http://localhost:" + port)
                .post(LOAD)
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, models.example.org",
        "Host, localhost.example.org",
        "X-Forwarded-For, 127.0.0.1",
        "X-Real-IP, 127.0.0.1",
        "Forwarded, for=127.0.0.1",
        "Via, 1.1 proxy",
        "Origin, https://example.org",
        "Origin, null",
        "Origin, http://localhost",
        "Origin, not an address"
    })
    void whoeverMayComeFromElsewhereIsRefused(String header, String value) {
        given().header(header, value)
                .post(LOAD)
                .then()
                .statusCode(403)
                .body("error", containsString("foldserve.admin.token"));
        given().header(header, value).post("/v1/models/digits/parity").then().statusCode(403);
        given().header(header, value)
                .post("/v2/repository/models/digits/unload")
                .then()
                .statusCode(403);
        given().get("/v2/models/digits/ready").then().statusCode(200);
    }
}
