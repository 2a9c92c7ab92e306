package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.MaskSize;
import io.foldserve.task.VisionTask;
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
    private final HeldBytes body;
    private final HeldModel model;
    private final Consumer<Outcome> end;

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
        this.body = new HeldBytes(bodies);
        this.model = new HeldModel(lease);
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
        model.release();
        end.accept(outcome);
    }

    /** Gives back the room of the body, and the model unless the prediction still needs it. Idempotent. */
    @Override
    public void close() {
        body.release();
        model.exchangeOver();
    }

    HeldModel model() {
        return model;
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
