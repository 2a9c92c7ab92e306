package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SchemaTest {

    @Test
    void publishesTheSchemaThatIsCheckedIn() throws IOException {
        String published = given().get("/v1/schema/model.json")
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .extract()
                .asString();

        assertThat(published).isEqualTo(Files.readString(Path.of("models/model.schema.json")));
    }

    @Test
    void knowsNoOtherSchema() {
        given().get("/v1/schema/other.json").then().statusCode(404);
    }
}
