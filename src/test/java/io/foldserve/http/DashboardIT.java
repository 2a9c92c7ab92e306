package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every panel of the dashboard in a real Prometheus that watches a service with an experiment under traffic. */
@Tag("prometheus")
class DashboardIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DASHBOARD = Path.of("k8s/components/prometheus/foldserve-dashboard.json");
    private static final Duration TRAFFIC = Duration.ofSeconds(12);

    private static ServiceProcess service;
    private static PrometheusProcess prometheus;

    @BeforeAll
    static void watch(@TempDir Path folder) throws IOException, InterruptedException {
        service = ServiceProcess.ready("foldserve.fold.timing=false");
        prometheus = PrometheusProcess.watching(service.port(), folder);
        service.put("/v1/models/digits/experiment", "{\"name\": \"watched\", \"shadow\": {\"sample\": 1}}");
        long end = System.nanoTime() + TRAFFIC.toNanos();
        while (System.nanoTime() < end) {
            answerAndSayWhatWasRight();
            Thread.sleep(100);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        prometheus.close();
        service.close();
    }

    /** The pause lets the shadow runs find an idle moment. */
    private static void answerAndSayWhatWasRight() throws IOException, InterruptedException {
        String id = JSON.readTree(
                        service.predict("digits", ServiceProcess.DIGIT).join().body())
                .path("id")
                .asText();
        Thread.sleep(50);
        service.post("/v1/models/digits/feedback", "{\"id\": \"%s\", \"label\": \"3\"}".formatted(id));
        service.post("/v1/models/digits/predict", "{}");
    }

    /** The title and the expression of every query of every panel. */
    static List<String[]> queries() throws IOException {
        JsonNode dashboard = JSON.readTree(DASHBOARD.toFile());
        return elements(dashboard.path("panels"))
                .flatMap(panel -> elements(panel.path("targets")).map(target -> new String[] {
                    panel.path("title").asText(), target.path("expr").asText()
                }))
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void everyQueryReturnsNumbers(String title, String expression) throws IOException, InterruptedException {
        String query = expression
                .replace("$__rate_interval", "10s")
                .replace("$model", "digits")
                .replace("$variant", ".*");
        List<String> values = prometheus.query(query);

        assertThat(values).as("%s: %s", title, query).isNotEmpty().anyMatch(value -> !value.equals("NaN"));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aModelThatIsNotThereHasNoNumbers(String title, String expression) throws IOException, InterruptedException {
        String query = expression.replace("$__rate_interval", "10s").replace("$variant", ".*");
        boolean isOfAModel = query.contains("$model");

        assertThat(prometheus.query(query.replace("$model", "nobody")).isEmpty())
                .as("%s: %s", title, query)
                .isEqualTo(isOfAModel);
    }
}
