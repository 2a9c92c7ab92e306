package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.VisionTask;
import java.util.function.Consumer;

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
    private final HeldBytes body;
    private final Consumer<Outcome> end;

    Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            int topK,
            BodyMemory bodies,
            Consumer<Outcome> end) {
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.topK = topK;
        this.body = new HeldBytes(bodies);
        this.end = end;
    }

    /**
     * Makes room for {@code bytes} more of the body.
     *
     * @throws QueueFullException if the bodies of all requests hold too much already
     */
    public void hold(long bytes) {
        body.hold(bytes);
    }

    /** Records that the request ended before there was an image to predict from. */
    public void ended(Outcome outcome) {
        end.accept(outcome);
    }

    /** Gives back the room of the body. Idempotent. */
    @Override
    public void close() {
        body.release();
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
}
