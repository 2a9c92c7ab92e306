package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.VisionTask;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request that was found answerable by its head alone, so that its body is worth reading.
 *
 * <p>Whoever holds an admission counts the body's bytes as they arrive, then either hands the image to
 * {@link PredictionService#predict} or calls {@link #ended}, and closes it when the exchange is over. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private final PredictionRequest request;
    private final VisionTask task;
    private final LoadedVariant variant;
    private final int topK;
    private final long startNanos;
    private final PredictionService service;
    private final AtomicLong held = new AtomicLong();

    public Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            int topK,
            long startNanos,
            PredictionService service) {
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.topK = topK;
        this.startNanos = startNanos;
        this.service = service;
    }

    /**
     * Makes room for {@code bytes} more of the body.
     *
     * @throws QueueFullException if the bodies of all requests hold too much already
     */
    public void hold(long bytes) {
        service.hold(bytes);
        held.addAndGet(bytes);
    }

    /** Records that the request ended before there was an image to predict from. */
    public void ended(Outcome outcome) {
        service.record(variant.model(), variant.name(), outcome, startNanos);
    }

    /** Gives back the room of the body. Idempotent. */
    @Override
    public void close() {
        service.release(held.getAndSet(0));
    }

    public PredictionRequest request() {
        return request;
    }

    public VisionTask task() {
        return task;
    }

    public LoadedVariant variant() {
        return variant;
    }

    public int topK() {
        return topK;
    }
}
