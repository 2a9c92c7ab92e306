package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.Stage;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Records how long the stages of one request take, each since the stage before, the first since its acceptance. Belongs
 * to one thread at a time.
 */
final class StageClock {
    private final RequestMeters meters;
    private final LoadedVariant variant;
    private final LongSupplier nanoClock;
    private final RequestTrace trace;
    private final Map<Stage, Long> sums = new EnumMap<>(Stage.class);
    private final Map<Stage, Long> picture = new EnumMap<>(Stage.class);
    private long since;

    StageClock(RequestMeters meters, LoadedVariant variant, LongSupplier nanoClock, Ticket<?> ticket) {
        this.meters = meters;
        this.variant = variant;
        this.nanoClock = nanoClock;
        this.trace = ticket.trace();
        this.since = ticket.acceptedNanos();
        trace.runs(variant);
    }

    /** Records the time since the stage before, and starts the next. */
    void ends(Stage stage) {
        long nanos = lap();
        picture.put(stage, nanos);
        record(stage, nanos);
    }

    /** How many nanoseconds the stages took since this was called before: those of one picture of several. */
    Map<Stage, Long> endsPicture() {
        Map<Stage, Long> nanos = Map.copyOf(picture);
        picture.clear();
        return nanos;
    }

    /** Adds the time since the stage before to what {@link #recordSums()} records: a stage may come once a picture. */
    void adds(Stage stage) {
        long nanos = lap();
        picture.merge(stage, nanos, Long::sum);
        sums.merge(stage, nanos, Long::sum);
    }

    /** Records each stage that was added to, once. */
    void recordSums() {
        sums.forEach(this::record);
        sums.clear();
    }

    private void record(Stage stage, long nanos) {
        meters.stage(variant.model(), variant.name(), stage, nanos);
        trace.took(stage, nanos);
    }

    private long lap() {
        long now = nanoClock.getAsLong();
        long nanos = now - since;
        since = now;
        return nanos;
    }
}
