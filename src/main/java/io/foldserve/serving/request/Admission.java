package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.MaskSize;
import io.foldserve.task.VisionTask;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A request that was found answerable by its head alone, so that its body is worth reading.
 *
 * <p>Whoever holds an admission makes room for the body, as its head declares it, then either hands the image to
 * {@link PredictionService#predict} or calls {@link #ended}, and closes it when the exchange is over. The model stays
 * loaded for it, whatever happens to the model in the meantime. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private final PredictionRequest request;
    private final VisionTask task;
    private final LoadedVariant variant;
    private final Optional<Dealt> dealt;
    private final int topK;
    private final MaskSize maskSize;
    private final HeldMemory memory;
    private final HeldModel model;
    private final Consumer<Outcome> end;

    Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            Optional<Dealt> dealt,
            int topK,
            MaskSize maskSize,
            MemoryBudget budget,
            Consumer<Outcome> end,
            ModelLease lease) {
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.dealt = dealt;
        this.topK = topK;
        this.maskSize = maskSize;
        this.memory = new HeldMemory(budget);
        this.model = new HeldModel(lease);
        this.end = end;
    }

    /**
     * Makes room for {@code bytes} more.
     *
     * @throws QueueFullException if all requests together hold too much already
     * @throws RequestTooLargeException if this one alone would
     * @throws java.util.concurrent.CancellationException if the exchange is over and nobody works for it
     */
    public void hold(long bytes) {
        memory.hold(bytes);
    }

    /** Gives back {@code bytes} of what was held. */
    public void release(long bytes) {
        memory.release(bytes);
    }

    /** Records that the request ended before there was an image to predict from. */
    public void ended(Outcome outcome) {
        model.release();
        end.accept(outcome);
    }

    /** The exchange is over: gives back what is held, at once or when the work for it ends. Idempotent. */
    @Override
    public void close() {
        memory.exchangeOver();
        model.exchangeOver();
    }

    HeldMemory memory() {
        return memory;
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

    /** How the request was dealt to its variant; empty if it named one. */
    Optional<Dealt> dealt() {
        return dealt;
    }

    /** The declared experiment that dealt the request, if one did. */
    Optional<String> experiment() {
        return dealt.map(Dealt::experiment).filter(Experiment::isDeclared).map(Experiment::name);
    }

    int topK() {
        return topK;
    }

    MaskSize maskSize() {
        return maskSize;
    }
}
