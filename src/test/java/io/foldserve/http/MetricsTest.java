package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.meter.MeterName;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
