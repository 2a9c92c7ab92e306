package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.MaskSize;
import io.foldserve.task.VisionTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A request that was found answerable by its head alone, so that its body is worth reading.
 *
 * <p>Whoever holds an admission counts the body's bytes as they arrive, then either hands the image to
 * {@link PredictionService#predict} or calls {@link #ended}, and closes it when the exchange is over. The model stays
 * loaded for it, whatever happens to the model in the meantime. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private final PredictionRequest request;
    private final VisionTask task;
    private final LoadedVariant variant;
    private final int topK;
    private final MaskSize maskSize;
    private final BodyMemory bodies;
    private final Consumer<Outcome> end;
    private final ModelLease lease;
    private final AtomicLong held = new AtomicLong();
    private volatile boolean predicting;

    Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            int topK,
            MaskSize maskSize,
            BodyMemory bodies,
            Consumer<Outcome> end,
            ModelLease lease) {
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.topK = topK;
        this.maskSize = maskSize;
        this.bodies = bodies;
        this.end = end;
        this.lease = lease;
    }

    /**
     * Makes room for {@code bytes} more of the body.
     *
     * @throws QueueFullException if the bodies of all requests hold too much already
     */
    public void hold(long bytes) {
        bodies.hold(bytes);
        held.addAndGet(bytes);
    }

    /** Records that the request ended before there was an image to predict from. */
    public void ended(Outcome outcome) {
        release();
        end.accept(outcome);
    }

    /** Gives back the room of the body, and the model unless the prediction still needs it. Idempotent. */
    @Override
    public void close() {
        bodies.release(held.getAndSet(0));
        if (!predicting) {
            release();
        }
    }

    /** The model is needed until {@link #release()}. */
    void predicting() {
        predicting = true;
    }

    /** The model is not needed any more. Idempotent. */
    void release() {
        lease.close();
    }

    PredictionRequest request() {
        return request;
    }

    VisionTask task() {
        return task;
    }

    LoadedVariant variant() {
        return variant;
    }

    int topK() {
        return topK;
    }

    MaskSize maskSize() {
        return maskSize;
    }
}
