package io.foldserve.http;

import static io.restassured.RestAssured.given;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the service under test exposes to Prometheus: the labels of every metric of its own and of its JVM, by name. */
public final class ExposedMetrics {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^((?:foldserve|jvm)_\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    private ExposedMetrics() {}

    /** Waits until the service is ready, has it predict once, and reads its metrics. */
    public static Map<String, Set<String>> afterOnePrediction(byte[] digit) throws InterruptedException {
        ReadyService.await();
        given().contentType("image/png")
                .body(digit)
                .post("/v1/models/digits/predict")
                .then()
                .statusCode(200);
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher samples = SAMPLE.matcher(given().get("/q/metrics").asString());
        while (samples.find()) {
            Set<String> found = labels.computeIfAbsent(samples.group(1), absent -> new TreeSet<>());
            if (samples.group(2) != null) {
                LABEL.matcher(samples.group(2)).results().forEach(label -> found.add(label.group(1)));
            }
        }
        return labels;
    }
}
