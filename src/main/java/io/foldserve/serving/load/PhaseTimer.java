package io.foldserve.serving.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Times the phases of loading one variant. Not thread-safe: it belongs to one load. */
public final class PhaseTimer {
    private final LongSupplier nanoClock;
    private final BiConsumer<String, Duration> listener;
    private final Map<String, Duration> timings = new LinkedHashMap<>();

    /** Reads time in nanoseconds from {@code nanoClock}. */
    public PhaseTimer(LongSupplier nanoClock) {
        this(nanoClock, (phase, took) -> {});
    }

    /** The same; {@code listener} hears of each phase when it ends. */
    PhaseTimer(LongSupplier nanoClock, BiConsumer<String, Duration> listener) {
        this.nanoClock = nanoClock;
        this.listener = listener;
    }

    /** Runs {@code phase} and adds its duration under {@code name}, even if it throws. */
    public <T> T time(String name, Supplier<T> phase) {
        long start = nanoClock.getAsLong();
        try {
            return phase.get();
        } finally {
            Duration took = Duration.ofNanos(nanoClock.getAsLong() - start);
            timings.merge(name, took, Duration::plus);
            listener.accept(name, took);
        }
    }

    /** The durations so far by phase, in the order they began. */
    Map<String, Duration> timings() {
        return new LinkedHashMap<>(timings);
    }

    /** The durations in milliseconds, for a log line: {@code checkpoint 12, architecture 3}. */
    @Override
    public String toString() {
        return timings.entrySet().stream()
                .map(phase -> phase.getKey() + " " + phase.getValue().toMillis())
                .collect(Collectors.joining(", "));
    }
}
