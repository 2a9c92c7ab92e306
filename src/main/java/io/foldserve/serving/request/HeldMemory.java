package io.foldserve.serving.request;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** What one request holds of the {@link MemoryBudget}, for its exchange and for the work done for it. Thread-safe. */
public final class HeldMemory {
    private final MemoryBudget budget;
    private long held;
    private boolean over;
    /** The exchange, and the worker that works for it. */
    private int users = 1;

    HeldMemory(MemoryBudget budget) {
        this.budget = budget;
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
    synchronized void release(long bytes) {
        if (users > 0) {
            held -= bytes;
            budget.release(bytes);
        }
    }

    /** What {@code work} gives; what it held beside is given back, also if it fails. */
    <T> T lend(Supplier<T> work) {
        long before = held();
        try {
            return work.get();
        } finally {
            release(held() - before);
        }
    }

    /** How many bytes are held. */
    private synchronized long held() {
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

    /** Gives back what is held, at once or when the work ends. Idempotent. */
    public synchronized void exchangeOver() {
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
}
