package io.foldserve.serving.request;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One request's place in the {@link RequestQueue}: its work, its result, and whether anybody still wants it.
 *
 * <p>Thread-safe. A ticket is settled once: by its work, by its deadline, or by {@link #abandon()}.
 *
 * @param <T> what the work returns
 */
public final class Ticket<T> {

    /**
     * The work of one request.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    public interface Work<T> {
        /** Does the work on a worker's thread; calls {@link Ticket#expectWanted()} before each costly stage. */
        T run(Ticket<T> ticket) throws Exception;
    }

    private final Work<T> work;
    private final Demand demand;
    private final Duration deadline;
    private final long acceptedNanos;
    private final RequestTrace trace = new RequestTrace();
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Ticket(Work<T> work, Demand demand, Duration deadline, long acceptedNanos) {
        this.work = work;
        this.demand = demand;
        this.deadline = deadline;
        this.acceptedNanos = acceptedNanos;
    }

    /**
     * The result; fails with {@link DeadlineExceededException}, {@link CancellationException} or the work's own
     * failure.
     */
    public CompletionStage<T> result() {
        return result.minimalCompletionStage();
    }

    /** Who runs the request and how long its stages took so far. */
    public RequestTrace trace() {
        return trace;
    }

    /** What the request asks of the workers. */
    Demand demand() {
        return demand;
    }

    /** When the queue accepted this ticket, on the queue's clock, in nanoseconds. */
    long acceptedNanos() {
        return acceptedNanos;
    }

    /** Nobody waits for the result any more: work that has not begun is never begun. */
    public void abandon() {
        result.completeExceptionally(new CancellationException("the client went away"));
    }

    /**
     * Ends the work early if its deadline has passed or its client went away.
     *
     * @throws CancellationException if so; the result is settled already
     */
    void expectWanted() {
        if (result.isDone()) {
            throw new CancellationException("nobody waits for this request any more");
        }
    }

    boolean isSettled() {
        return result.isDone();
    }

    void expire() {
        result.completeExceptionally(new DeadlineExceededException(deadline));
    }

    /** Runs {@code action} once this ticket is settled, with the failure if there is one; on the settling thread. */
    void onSettled(Consumer<Optional<Throwable>> action) {
        // Not by result(), whose dependents would see the failure wrapped.
        CompletionStage<T> settled = result;
        settled.whenComplete((ignored, failure) -> action.accept(Optional.ofNullable(failure)));
    }

    /** Does the work unless the ticket is settled; every failure, even an Error, settles the ticket. */
    void run() {
        if (isSettled()) {
            return;
        }
        try {
            result.complete(work.run(this));
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
        }
    }
}
