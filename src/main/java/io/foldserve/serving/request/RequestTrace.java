package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.Stage;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Who ran one request and how long its stages took so far, for a line about it. Thread-safe. */
public final class RequestTrace {
    private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private Optional<LoadedVariant> variant = Optional.empty();

    synchronized void runs(LoadedVariant by) {
        variant = Optional.of(by);
    }

    synchronized void took(Stage stage, long stageNanos) {
        nanos.merge(stage, stageNanos, Long::sum);
    }

    /** The variant that runs it; empty while it waits. */
    public synchronized Optional<LoadedVariant> variant() {
        return variant;
    }

    /** Nanoseconds by stage, of the stages that ended. */
    public synchronized Map<Stage, Long> stages() {
        return new EnumMap<>(nanos);
    }
}
