package io.foldserve.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foldserve.http.ExposedMetrics;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.Stage;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What alerting rules and the dashboard ask for is what the running service exposes. */
@QuarkusTest
class MonitoringTest {
    private static final Path RULES = Manifests.PROMETHEUS.resolve("prometheus-rule.yaml");
    private static final Path DASHBOARD = Manifests.PROMETHEUS.resolve("foldserve-dashboard.json");
    private static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");

    private static final Pattern METRIC = Pattern.compile("\\b((?:foldserve|jvm)_\\w+|up)(?:\\{([^}]*)})?");
    private static final Pattern SELECTOR = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby\\s*\\(([^)]*)\\)");
    private static final Pattern TEMPLATE = Pattern.compile("\\$labels\\.(\\w+)");

    /** What Prometheus adds to every sample of a scraped pod. */
    private static final Set<String> TARGET_LABELS = Set.of("namespace", "pod", "job", "instance");

    /** Prometheus's own series for every target, with no labels but the target's. */
    private static final String ADDED = "up";

    @Test
    void everyMetricAndLabelInAnExpressionIsExposed() throws IOException, InterruptedException {
        Map<String, Set<String>> exposed = ExposedMetrics.afterOnePrediction(Files.readAllBytes(DIGIT));
        List<String> expressions = new ArrayList<>(expressions(Manifests.tree(RULES)));
        assertThat(expressions).hasSizeGreaterThanOrEqualTo(5);
        expressions.addAll(expressions(new ObjectMapper().readTree(DASHBOARD.toFile())));
        assertThat(expressions).hasSizeGreaterThanOrEqualTo(15);
        for (String expression : expressions) {
            assertThat(METRIC.matcher(expression).find()).as(expression).isTrue();
            METRIC.matcher(expression).results().forEach(metric -> checkMetric(metric, exposed));
            checkGroupings(expression, exposed);
        }
    }

    @Test
    void everyLabelInAnAlertsTextIsExposed() throws IOException, InterruptedException {
        Map<String, Set<String>> exposed = ExposedMetrics.afterOnePrediction(Files.readAllBytes(DIGIT));
        for (JsonNode alert : Manifests.tree(RULES).findParents("alert")) {
            Set<String> known = labels(alert.path("expr").asText(), exposed);
            assertThat(alert.path("annotations")).isNotEmpty();
            alert.path("annotations").forEach(text -> TEMPLATE.matcher(text.asText())
                    .results()
                    .forEach(label -> assertThat(known).as(text.asText()).contains(label.group(1))));
        }
    }

    /** For promtool, which reads a plain rules file. */
    @Test
    void theRulesAreWrittenAsPrometheusReadsThem() throws IOException {
        JsonNode groups = Manifests.tree(RULES).path("spec");
        assertThat(groups.path("groups")).isNotEmpty();
        Files.createDirectories(Path.of("target"));
        new YAMLMapper().writeValue(Path.of("target", "prometheus-rules.yaml").toFile(), groups);
    }

    private static List<String> expressions(JsonNode tree) {
        return tree.findValuesAsText("expr");
    }

    private static void checkMetric(MatchResult metric, Map<String, Set<String>> exposed) {
        if (metric.group(1).equals(ADDED)) {
            return;
        }
        assertThat(exposed).containsKey(metric.group(1));
        if (metric.group(2) != null) {
            SELECTOR.matcher(metric.group(2)).results().forEach(selector -> {
                assertThat(exposed.get(metric.group(1))).as(metric.group()).contains(selector.group(1));
                checkValue(selector.group(1), selector.group(2));
            });
        }
    }

    private static void checkValue(String label, String pattern) {
        Set<String> possible = Stream.concat(
                        label.equals("outcome") ? Stream.of(Outcome.values()).map(Outcome::tag) : Stream.empty(),
                        label.equals("stage") ? Stream.of(Stage.values()).map(Stage::tag) : Stream.empty())
                .collect(Collectors.toSet());
        if (!possible.isEmpty()) {
            assertThat(possible).as(label).contains(pattern.split("\\|"));
        }
    }

    private static void checkGroupings(String expression, Map<String, Set<String>> exposed) {
        Set<String> known = labels(expression, exposed);
        GROUPING.matcher(expression).results().forEach(by -> assertThat(known)
                .as(expression)
                .contains(by.group(1).strip().split("\\s*,\\s*")));
    }

    private static Set<String> labels(String expression, Map<String, Set<String>> exposed) {
        Set<String> known = new TreeSet<>(TARGET_LABELS);
        METRIC.matcher(expression)
                .results()
                .forEach(metric -> known.addAll(exposed.getOrDefault(metric.group(1), Set.of())));
        return known;
    }
}
