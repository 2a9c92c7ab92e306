package io.foldserve.serving.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final RequestMeters meters = new RequestMeters(registry);

    @Test
    void aStageIsRecordedUnderModelVariantAndStage() {
        meters.stage("digits", "doconv", Stage.INFER, 3_000_000);
        meters.stage("digits", "doconv", Stage.INFER, 1_000_000);
        meters.stage("digits", "doconv", Stage.DECODE, 5);

        Timer timer = registry.get("foldserve.stage.duration")
                .tags("model", "digits", "variant", "doconv", "stage", "infer")
                .timer();
        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4.0);
    }

    @Test
    void durationsFallIntoFixedBucketsFromATenthOfAMillisecondToTenSeconds() {
        meters.request("digits", "doconv", Outcome.OK, 200_000);

        CountAtBucket[] buckets = registry.get("foldserve.request.duration")
                .timer()
                .takeSnapshot()
                .histogramCounts();
        assertThat(Arrays.stream(buckets).map(bucket -> bucket.bucket(TimeUnit.SECONDS)))
                .startsWith(0.0001, 0.00015, 0.0002, 0.0003, 0.0004, 0.0005, 0.0006, 0.0008, 0.001, 0.0015)
                .endsWith(5.0, 6.0, 8.0, 10.0)
                .hasSize(RequestMeters.BUCKETS.size());
        assertThat(buckets[1].count()).isZero();
        assertThat(buckets[2].count()).isEqualTo(1);
    }

    @Test
    void onlyRequestsThatWereNotAnsweredCountAsRejected() {
        meters.request("digits", "doconv", Outcome.OK, 1);
        meters.request("digits", "doconv", Outcome.DEADLINE, 1);
        meters.request("digits", RequestMeters.NONE, Outcome.OVERLOADED, 1);

        assertThat(registry.find("foldserve.requests.rejected")
                        .tag("outcome", "ok")
                        .counter())
                .isNull();
        assertThat(registry.get("foldserve.requests.rejected")
                        .tags("model", "digits", "outcome", "deadline")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("foldserve.requests.rejected")
                        .tag("outcome", "overloaded")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void announcedMetersExistAtZero() {
        meters.announce("digits", "doconv");

        assertThat(registry.get("foldserve.request.duration")
                        .tag("outcome", "ok")
                        .timer()
                        .count())
                .isZero();
        assertThat(registry.get("foldserve.stage.duration").timers()).hasSize(Stage.values().length);
        assertThat(registry.get("foldserve.requests.rejected").counters()).hasSize(Outcome.values().length - 1);
    }

    @Test
    void everyMeterHasItsOwnDottedLowerCaseNameUnderOnePrefix() {
        HashSet<String> ids = new HashSet<>();
        for (MeterName name : MeterName.values()) {
            assertThat(name.id()).matches("foldserve(\\.[a-z]+)+");
            assertThat(ids.add(name.id())).isTrue();
        }
    }
}
