package io.foldserve.serving.request;

import io.foldserve.session.ElasticSession;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The cores that the runs of all sessions share: a run takes as many as it has threads, and waits while they are taken.
 *
 * <p>A run may have several only when no other request is there that could use them, so that one client gets the
 * fastest answer and many get the most answers. Thread-safe.
 */
public final class Cores {
    private final int count;
    private final Semaphore free;
    private final IntSupplier present;

    /**
     * All cores free.
     *
     * @param count the cores, at least 1
     * @param present how many requests are accepted and not answered, the asking one included
     */
    public Cores(int count, IntSupplier present) {
        this.count = count;
        this.free = new Semaphore(count, true);
        this.present = present;
    }

    /**
     * Takes {@code alone} cores if every request that is there could have as many, and so many are free; otherwise
     * {@code shared}, in the order of asking.
     */
    Share take(int shared, int alone) throws InterruptedException {
        if (alone > shared && present.getAsInt() * alone <= count && free.tryAcquire(alone)) {
            return new Share(alone);
        }
        free.acquire(shared);
        return new Share(shared);
    }

    /** Runs {@code session} on as many cores as there are for it. */
    Map<String, Tensor> run(ElasticSession session, Map<String, Tensor> inputs) throws InterruptedException {
        try (Share share = take(session.sharedThreads(), session.aloneThreads())) {
            return session.run(inputs, share.threads());
        }
    }

    /** Does {@code work} while no run has a core, in the order of asking. */
    public <T> T alone(Supplier<T> work) throws InterruptedException {
        return run(count, work);
    }

    /** Does {@code work} on {@code threads} cores. */
    <T> T run(int threads, Supplier<T> work) throws InterruptedException {
        free.acquire(threads);
        try {
            return work.get();
        } finally {
            free.release(threads);
        }
    }

    /** Cores that one run has until it closes this. */
    final class Share implements AutoCloseable {
        private final int threads;

        private Share(int threads) {
            this.threads = threads;
        }

        /** How many threads the run may have, at least 1. */
        int threads() {
            return threads;
        }

        @Override
        public void close() {
            free.release(threads);
        }
    }
}
