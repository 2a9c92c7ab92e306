package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.meter.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A request with tensors that was found answerable by its head alone, so that its body is worth reading: as
 * {@link Admission}, but the body may still name the variant. Thread-safe.
 */
public final class InferenceAdmission implements AutoCloseable {
    private final HeldModel model;
    private final Optional<String> variant;
    private final HeldMemory memory;
    private final Consumer<Outcome> end;

    InferenceAdmission(ModelLease lease, Optional<String> variant, MemoryBudget budget, Consumer<Outcome> end) {
        this.model = new HeldModel(lease);
        this.variant = variant;
        this.memory = new HeldMemory(budget);
        this.end = end;
    }

    /** The model that is asked. */
    public ServedModel model() {
        return model.model();
    }

    /**
     * Makes room for {@code bytes} more of the body or of the answer.
     *
     * @throws QueueFullException if all requests together hold too much already
     */
    public void hold(long bytes) {
        memory.hold(bytes);
    }

    /** Gives back {@code bytes} of what was held. */
    public void release(long bytes) {
        memory.release(bytes);
    }

    /** Records that the request ended before there were tensors to run. */
    public void ended(Outcome outcome) {
        model.release();
        end.accept(outcome);
    }

    /** Gives back the room of body and answer, and the model unless a run still needs it. Idempotent. */
    @Override
    public void close() {
        memory.exchangeOver();
        model.exchangeOver();
    }

    HeldMemory memory() {
        return memory;
    }

    HeldModel held() {
        return model;
    }

    /** The variant that the request's head names, if it names one. */
    Optional<String> variant() {
        return variant;
    }
}
