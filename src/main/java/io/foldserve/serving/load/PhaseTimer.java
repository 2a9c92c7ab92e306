package io.foldserve.serving.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Times the phases of loading one variant. Not thread-safe: it belongs to one load. */
public final class PhaseTimer {
    /** Hears of the phases, on the loading thread. */
    interface Listener {
        /** Hears of nothing. */
        Listener NONE = new Listener() {
            @Override
            public void begins(String phase) {}

            @Override
            public void ended(String phase, Duration took) {}
        };

        /** The phase {@code phase} begins. */
        void begins(String phase);

        /** The phase {@code phase} has taken {@code took}. */
        void ended(String phase, Duration took);
    }

    private final LongSupplier nanoClock;
    private final Listener listener;
    private final Map<String, Duration> timings = new LinkedHashMap<>();

    /** Reads time in nanoseconds from {@code nanoClock}. */
    public PhaseTimer(LongSupplier nanoClock) {
        this(nanoClock, Listener.NONE);
    }

    /** The same; {@code listener} hears of each phase when it begins and when it ends. */
    PhaseTimer(LongSupplier nanoClock, Listener listener) {
        this.nanoClock = nanoClock;
        this.listener = listener;
    }

    /** Runs {@code phase} and adds its duration under {@code name}, even if it throws. */
    public <T> T time(String name, Supplier<T> phase) {
        listener.begins(name);
        long start = nanoClock.getAsLong();
        try {
            return phase.get();
        } finally {
            Duration took = Duration.ofNanos(nanoClock.getAsLong() - start);
            timings.merge(name, took, Duration::plus);
            listener.ended(name, took);
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
