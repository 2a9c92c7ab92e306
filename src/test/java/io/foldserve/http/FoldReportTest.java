package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fold report of a running service, as JSON and as a page. */
@QuarkusTest
class FoldReportTest {
    private static final String REPORT = "/v1/models/digits/variants/doconv/fold";

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    private static Response ask(String accept) {
        return given().header("Accept", accept).get(REPORT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/*",
                "text/html, application/json",
                "text/html;q=0.5, application/json",
                "text/html;q=0, */*",
                "text/html;q=0.8, */*"
            })
    void answersJsonUnlessAPageIsPreferred(String accept) {
        Response response = ask(accept);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).isEqualTo("application/json");
        assertThat(response.headers().getValues("Vary")).containsExactly("Accept");
        assertThat(response.header("Content-Security-Policy")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/*",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
                "application/json;q=0.5, text/html;q=0.9",
                "*/*;q=0.1, text/html;q=0.2"
            })
    void answersAPageToWhomPrefersOne(String accept) {
        Response response = ask(accept);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(response.headers().getValues("Vary")).containsExactly("Accept");
        assertThat(response.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'unsafe-inline'");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void refusesWhatIsNeither() {
        assertThat(ask("image/png").statusCode()).isEqualTo(406);
        Response unknown = given().header("Accept", "text/html").get("/v1/models/digits/variants/none/fold");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.contentType()).isEqualTo("application/json");
    }

    @Test
    void thePageShowsWhatTheJsonSays() throws IOException {
        String page = ask("text/html").asString();
        JsonNode json = new ObjectMapper().readTree(ask("application/json").asString());
        JsonNode report = json.path("report");

        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("<title>digits/doconv: fold report</title>")
                .contains("%,d → %,d"
                        .formatted(
                                report.at("/training/parameters").asLong(),
                                report.at("/folded/parameters").asLong()))
                .contains("%,d → %,d"
                        .formatted(
                                report.at("/training/macs").asLong(),
                                report.at("/folded/macs").asLong()))
                .contains("%.1e".formatted(json.path("compositionError").asDouble()))
                .contains("tiled identity")
                .contains("batch norm ε 1.0e-05")
                .contains("<li><code>layer1.0.conv1.W</code></li>")
                .doesNotContain("<script", "http://", "https://", "src=", "@import");
        assertThat(page.split("<tr role=\"row\" id=\"step-", -1))
                .hasSize(report.path("steps").size() + 1);
        report.path("layers").forEach(layer -> assertThat(page)
                .contains("<code>" + layer.path("name").asText() + "</code></th>"));
    }

    @Test
    void theJsonListsTheNodesThatBecameEachLayer() throws IOException {
        JsonNode steps =
                new ObjectMapper().readTree(ask("application/json").asString()).at("/report/steps");

        assertThat(steps.path(0).path("weights").findValuesAsText("operator"))
                .containsExactly("Add", "Reshape", "Einsum", "Reshape");
        assertThat(steps.path(0).path("training").findValuesAsText("name")).containsExactly("conv1", "bn1");
        JsonNode folded = steps.path(0).path("folded");
        assertThat(folded).hasSize(1);
        assertThat(folded.at("/0/kernel").toString()).isEqualTo("[16,1,3,3]");
        assertThat(folded.at("/0/output").toString()).isEqualTo("[1,16,32,32]");
    }
}
