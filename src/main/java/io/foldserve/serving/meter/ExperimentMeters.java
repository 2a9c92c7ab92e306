package io.foldserve.serving.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Counts what experiments learn. Thread-safe; model and variant names must be those of the catalogue. */
public final class ExperimentMeters {
    /** The outcomes of shadow runs. */
    public static final List<String> SHADOW_OUTCOMES = List.of("run", "dropped", "failed");

    /** Who was right about a picture: both, the variant alone, the baseline alone, neither. */
    public static final List<String> CELLS = List.of("both", "variant", "baseline", "neither");

    private static final List<String> EITHER = List.of("true", "false");

    /** Bucket bounds of a ratio: 0.5 to 2, apart by 1 % next to 1. */
    private static final double[] RATIOS = {
        0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 1.05, 1.1, 1.2, 1.4, 1.7, 2
    };

    private final MeterRegistry registry;
    private final ConcurrentMap<List<String>, Counter> counters = new ConcurrentHashMap<>();
    private final ConcurrentMap<List<String>, DistributionSummary> ratios = new ConcurrentHashMap<>();

    /** Registers its meters in {@code registry} as they are first used. */
    public ExperimentMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers the count of what was lost, which {@code lost} tells. */
    public void lost(LongSupplier lost) {
        MeterName name = MeterName.EXPERIMENT_LOST;
        FunctionCounter.builder(name.id(), lost, LongSupplier::getAsLong)
                .description(name.meaning())
                .register(registry);
    }

    /** Adds {@code amount} to the counter {@code name} with these values of its tags. */
    public void count(MeterName name, double amount, String... tagValues) {
        counter(name, List.of(tagValues)).increment(amount);
    }

    /** Records the time of a variant's run relative to the baseline's. */
    public void ratio(String model, String variant, String baseline, double ratio) {
        ratio(List.of(model, variant, baseline)).record(ratio);
    }

    /** Makes the meters of a model exist before its first request, so that rates have a beginning. */
    public void announce(String model, List<String> variants, String baseline) {
        for (String variant : variants) {
            counter(MeterName.EXPERIMENT_ASSIGNED, List.of(model, variant));
            SHADOW_OUTCOMES.forEach(outcome -> counter(MeterName.SHADOW, List.of(model, variant, outcome)));
            EITHER.forEach(correct -> counter(MeterName.FEEDBACK, List.of(model, variant, correct)));
            if (!variant.equals(baseline)) {
                EITHER.forEach(agree -> counter(MeterName.PAIR, List.of(model, variant, baseline, agree)));
                CELLS.forEach(cell -> counter(MeterName.FEEDBACK_PAIR, List.of(model, variant, baseline, cell)));
                ratio(List.of(model, variant, baseline));
            }
        }
    }

    /** Removes everything of {@code model}. */
    public void forgotten(String model) {
        Stream.of(counters, ratios).forEach(meters -> forget(meters, model));
    }

    private void forget(Map<List<String>, ? extends Meter> meters, String model) {
        new ArrayList<>(meters.keySet())
                .stream().filter(key -> key.contains(model)).forEach(key -> {
                    Meter meter = meters.remove(key);
                    if (meter != null && model.equals(meter.getId().getTag("model"))) {
                        registry.remove(meter);
                    }
                });
    }

    private Counter counter(MeterName name, List<String> tagValues) {
        List<String> key =
                Stream.concat(Stream.of(name.id()), tagValues.stream()).toList();
        return counters.computeIfAbsent(key, absent -> Counter.builder(name.id())
                .description(name.meaning())
                .tags(tags(name, tagValues))
                .register(registry));
    }

    private DistributionSummary ratio(List<String> tagValues) {
        MeterName name = MeterName.PAIR_LATENCY_RATIO;
        return ratios.computeIfAbsent(tagValues, absent -> DistributionSummary.builder(name.id())
                .description(name.meaning())
                .tags(tags(name, tagValues))
                .serviceLevelObjectives(RATIOS)
                .register(registry));
    }

    private static Tags tags(MeterName name, List<String> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> Tags.of(name.tags().get(i), values.get(i)))
                .reduce(Tags.empty(), Tags::and);
    }
}
