package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import io.foldserve.serving.meter.MeterName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every meter of the catalogue of meters is there for Prometheus, with its tags. */
@QuarkusTest
class MetricsTest {
    @Test
    void everyMeterIsExposedWithItsTags() throws IOException, InterruptedException {
        Map<String, Set<String>> exposed = ExposedMetrics.afterOnePrediction(
                Files.readAllBytes(Path.of("models", "digits", "samples", "digit-3.png")));
        for (MeterName meter : MeterName.values()) {
            String name = prometheusName(meter);
            assertThat(exposed).containsKey(name);
            assertThat(exposed.get(name)).as(name).containsAll(meter.tags());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
            text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | text
            application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
            application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
            text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | text
            application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily,*/*;q=0.1 | openmetrics
            application/openmetrics-text; version=1.0.0; charset=utf-8 | openmetrics
            text/plain;version=0.0.4              | text
            TEXT/Plain                            | text
            text/*                                | text
            text/html,application/xml;q=0.9,*/*;q=0.8 | text
            text/plain;q=0,*/*                    | openmetrics
            */*                                   | openmetrics
            ''                                    | openmetrics
            ':, */*'                              | openmetrics
            application/json                      | none
            application/vnd.google.protobuf       | none
            */*;q=0.0                             | none
            :                                     | none
            text                                  | none
            """)
    void theFormIsOneThatTheScraperTakes(String accept, String form) {
        assertThat(MetricsForm.of(accept).map(type -> type.equals(MetricsForm.TEXT) ? "text" : "openmetrics"))
                .isEqualTo(Optional.of(form).filter(expected -> !expected.equals("none")));
    }

    @Test
    void aScraperIsAnsweredInTheFormThatItTakesOrToldWhichThereAre() {
        given().accept("application/openmetrics-text;version=1.0.0;q=0.7")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .header("Content-Type", MetricsForm.OPEN_METRICS)
                .body(endsWith("# EOF\n"));
        given().headers(new Headers(new Header("Accept", "application/json"), new Header("Accept", "Text/Plain")))
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .header("Content-Type", MetricsForm.TEXT)
                .body(containsString("# TYPE foldserve_"));
        given().accept("text/plain").head("/q/metrics").then().statusCode(200).header("Content-Type", MetricsForm.TEXT);
        for (String none : List.of("application/json", ":", "a/b/c;;")) {
            given().header("Accept", none)
                    .get("/q/metrics")
                    .then()
                    .statusCode(406)
                    .contentType("application/json")
                    .body("error", containsString("text/plain;version=0.0.4, or application/openmetrics-text"));
        }
    }

    private static String prometheusName(MeterName meter) {
        String name = meter.id().replace('.', '_');
        return switch (meter) {
            case REQUEST_DURATION, STAGE_DURATION -> name + "_seconds_bucket";
            case PAIR_LATENCY_RATIO -> name + "_bucket";
            case REQUESTS_REJECTED, EXPERIMENT_ASSIGNED, SHADOW, PAIR, FEEDBACK, FEEDBACK_PAIR, EXPERIMENT_LOST ->
                name + "_total";
            default -> name;
        };
    }
}
