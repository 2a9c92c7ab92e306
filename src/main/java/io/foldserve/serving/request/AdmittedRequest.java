package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.meter.Outcome;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A request that was found answerable by its head alone, so that its body is worth reading: the memory it holds, and
 * its model, which stays loaded for it whatever happens to the model in the meantime.
 *
 * <p>Whoever holds one makes room for the body, as its head declares it, then either hands it to its service or calls
 * {@link #ended}, and closes it when the exchange is over. Thread-safe.
 */
public abstract sealed class AdmittedRequest implements AutoCloseable permits Admission, InferenceAdmission {
    private final HeldMemory memory;
    private final HeldModel model;
    private final Consumer<Outcome> end;

    AdmittedRequest(ModelLease lease, MemoryBudget budget, Consumer<Outcome> end) {
        this.memory = new HeldMemory(budget);
        this.model = new HeldModel(lease);
        this.end = end;
    }

    /**
     * Makes room for {@code bytes} more of the body or of the answer.
     *
     * @throws QueueFullException if all requests together hold too much already
     * @throws RequestTooLargeException if this one alone would
     * @throws CancellationException if the exchange is over and nobody works for it
     */
    public final void hold(long bytes) {
        memory.hold(bytes);
    }

    /** Gives back {@code bytes} of what was held. */
    public final void release(long bytes) {
        memory.release(bytes);
    }

    /** Records that the request ended before there was anything to work on. */
    public final void ended(Outcome outcome) {
        model.release();
        end.accept(outcome);
    }

    /** The exchange is over: gives back what is held, at once or when the work for it ends. Idempotent. */
    @Override
    public final void close() {
        memory.exchangeOver();
        model.exchangeOver();
    }

    /** What {@code handOver} gives, for which the model is needed also when the exchange is over; ended if it fails. */
    final <T> T handOver(Supplier<T> handOver) {
        model.working();
        try {
            return handOver.get();
        } catch (RuntimeException failure) {
            ended(Refusal.of(failure).outcome());
            throw failure;
        }
    }

    final HeldMemory memory() {
        return memory;
    }

    final HeldModel held() {
        return model;
    }
}
