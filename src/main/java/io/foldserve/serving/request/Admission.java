package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.VisionTask;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * A request that was found answerable by its head alone, so that its body is worth reading.
 *
 * <p>Whoever holds an admission makes room for the body, as its head declares it, then either hands the image to
 * {@link PredictionService#predict} or calls {@link #ended}, and closes it when the exchange is over. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private final PredictionRequest request;
    private final VisionTask task;
    private final LoadedVariant variant;
    private final int topK;
    private final MemoryBudget budget;
    private final Consumer<Outcome> end;
    private long held;
    private boolean over;
    /** The exchange, and the worker that works for it. */
    private int users = 1;

    Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            int topK,
            MemoryBudget budget,
            Consumer<Outcome> end) {
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.topK = topK;
        this.budget = budget;
        this.end = end;
    }

    /**
     * Makes room for {@code bytes} more.
     *
     * @throws QueueFullException if all requests together hold too much already
     * @throws RequestTooLargeException if this one alone would
     * @throws CancellationException if the exchange is over and nobody works for it
     */
    public synchronized void hold(long bytes) {
        if (users == 0) {
            throw new CancellationException("the client went away");
        }
        budget.hold(bytes, held);
        held += bytes;
    }

    /** Gives back {@code bytes} of what was held. */
    public synchronized void release(long bytes) {
        if (users > 0) {
            held -= bytes;
            budget.release(bytes);
        }
    }

    /** How many bytes this request holds. */
    synchronized long held() {
        return held;
    }

    /**
     * Keeps what is held until {@link #endWork}, also when the exchange is over before.
     *
     * @throws CancellationException if it is over already
     */
    synchronized void beginWork() {
        hold(0);
        users++;
    }

    /** Gives back what is held if the exchange is over. */
    synchronized void endWork() {
        leave();
    }

    /** Records that the request ended before there was an image to predict from. */
    public void ended(Outcome outcome) {
        end.accept(outcome);
    }

    /** The exchange is over: gives back what is held, at once or when the work for it ends. Idempotent. */
    @Override
    public synchronized void close() {
        if (!over) {
            over = true;
            leave();
        }
    }

    private void leave() {
        users--;
        if (users == 0) {
            budget.release(held);
            held = 0;
        }
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
