package io.foldserve.serving.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Records how long requests and their stages take and how they end. Thread-safe; a meter is looked up once and kept.
 *
 * <p>Model and variant names must be those of the catalogue, or {@link #NONE} where a request named none: the tags stay
 * bounded.
 */
public final class RequestMeters {
    /** The tag's value for a request that has no model or variant in the catalogue. */
    public static final String NONE = "none";

    /** Histogram buckets: 1, 1.5, 2, 3, 4, 5, 6 and 8 in each decade from 0.1 ms, and 10 s; apart by 1.5 at most. */
    public static final List<Duration> BUCKETS = Stream.concat(
                    LongStream.of(100, 1_000, 10_000, 100_000, 1_000_000)
                            .boxed()
                            .flatMap(micros -> Stream.of(10, 15, 20, 30, 40, 50, 60, 80)
                                    .map(tenths -> Duration.ofNanos(micros * 100 * tenths))),
                    Stream.of(Duration.ofSeconds(10)))
            .toList();

    private final MeterRegistry registry;
    private final ConcurrentMap<List<String>, Timer> timers = new ConcurrentHashMap<>();
    private final ConcurrentMap<List<String>, Counter> counters = new ConcurrentHashMap<>();

    /** Registers its meters in {@code registry} as they are first used. */
    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Records that {@code stage} of a request took {@code nanos} nanoseconds. */
    public void stage(String model, String variant, Stage stage, long nanos) {
        timer(MeterName.STAGE_DURATION, List.of(model, variant, stage.tag())).record(Duration.ofNanos(nanos));
    }

    /**
     * Records that a request ended as {@code outcome} after {@code nanos} nanoseconds; every outcome but
     * {@link Outcome#OK} counts as rejected.
     */
    public void request(String model, String variant, Outcome outcome, long nanos) {
        timer(MeterName.REQUEST_DURATION, List.of(model, variant, outcome.tag()))
                .record(Duration.ofNanos(nanos));
        if (outcome != Outcome.OK) {
            rejected(model, outcome);
        }
    }

    /** Makes the meters of a variant's answers exist before its first request, so that rates have a beginning. */
    public void announce(String model, String variant) {
        timer(MeterName.REQUEST_DURATION, List.of(model, variant, Outcome.OK.tag()));
        for (Stage stage : Stage.values()) {
            timer(MeterName.STAGE_DURATION, List.of(model, variant, stage.tag()));
        }
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.OK) {
                counter(List.of(model, outcome.tag()));
            }
        }
    }

    /**
     * How many requests, or stages of requests, were recorded, and how long they took together.
     *
     * @param count how many
     * @param nanos nanoseconds of all
     */
    public record Total(long count, long nanos) {
        private Total plus(Timer timer) {
            return new Total(count + timer.count(), nanos + (long) timer.totalTime(TimeUnit.NANOSECONDS));
        }
    }

    /** The requests to {@code model} that ended as {@code outcome}, of all its variants. */
    public Total requests(String model, Outcome outcome) {
        return total(MeterName.REQUEST_DURATION, model, outcome.tag());
    }

    /** The stages {@code stage} of requests to {@code model}, of all its variants. */
    public Total stages(String model, Stage stage) {
        return total(MeterName.STAGE_DURATION, model, stage.tag());
    }

    private Total total(MeterName name, String model, String last) {
        Total total = new Total(0, 0);
        for (Map.Entry<List<String>, Timer> timer : timers.entrySet()) {
            List<String> key = timer.getKey();
            if (key.get(0).equals(name.id())
                    && key.get(1).equals(model)
                    && key.get(3).equals(last)) {
                total = total.plus(timer.getValue());
            }
        }
        return total;
    }

    private void rejected(String model, Outcome outcome) {
        counter(List.of(model, outcome.tag())).increment();
    }

    private Timer timer(MeterName name, List<String> tagValues) {
        List<String> key =
                Stream.concat(Stream.of(name.id()), tagValues.stream()).toList();
        return timers.computeIfAbsent(key, absent -> Timer.builder(name.id())
                .description(name.meaning())
                .tags(tags(name, tagValues))
                .serviceLevelObjectives(BUCKETS.toArray(Duration[]::new))
                .register(registry));
    }

    private Counter counter(List<String> tagValues) {
        MeterName name = MeterName.REQUESTS_REJECTED;
        return counters.computeIfAbsent(tagValues, absent -> Counter.builder(name.id())
                .description(name.meaning())
                .tags(tags(name, tagValues))
                .register(registry));
    }

    private static Tags tags(MeterName name, List<String> values) {
        Tags tags = Tags.empty();
        for (int i = 0; i < values.size(); i++) {
            tags = tags.and(name.tags().get(i), values.get(i));
        }
        return tags;
    }
}
