package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The bounded first-in-first-out queue in front of the sessions, and the workers that empty it.
 *
 * <p>One worker per concurrent request does the whole of a request, decoding included, so that the machine never runs
 * more work than it has cores and an image's bytes stay in one core's caches. A request that finds the queue full is
 * refused at once; one whose deadline passes, or whose client goes away, leaves the queue without being run.
 *
 * <p>Thread-safe.
 */
public final class RequestQueue implements AutoCloseable {
    private static final double SMOOTHING = 0.1;

    private final int capacity;
    private final LongSupplier nanoClock;
    private final LinkedBlockingQueue<Ticket<?>> waiting;
    private final ScheduledThreadPoolExecutor deadlines;
    private final List<Thread> workers = new ArrayList<>();
    private final AtomicLong typicalNanos = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(10));
    /** Tells one worker that nothing follows. */
    private final Ticket<?> last = new Ticket<>(ticket -> "", Duration.ZERO, 0);

    private final AtomicInteger working = new AtomicInteger();
    private volatile Runnable arrival = () -> {};
    private boolean closed;

    /**
     * Starts the workers.
     *
     * @param capacity how many accepted requests may wait, at least 1
     * @param workers how many requests are worked on at a time, at least 1
     * @param nanoClock the clock that {@link Ticket#acceptedNanos()} is read from, in nanoseconds
     */
    public RequestQueue(int capacity, int workers, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.nanoClock = nanoClock;
        this.waiting = new LinkedBlockingQueue<>(capacity);
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "foldserve-deadlines"));
        this.deadlines.setRemoveOnCancelPolicy(true);
        for (int i = 0; i < workers; i++) {
            Thread worker = daemon(this::work, "foldserve-worker-" + i);
            this.workers.add(worker);
            worker.start();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Accepts {@code work} behind everything accepted before it.
     *
     * @param <T> what the work returns
     * @param deadline how long from now the result is worth anything
     * @throws QueueFullException at once, if the queue is full
     * @throws NotReadyException if the queue is closed
     */
    public <T> Ticket<T> submit(Ticket.Work<T> work, Duration deadline) {
        Ticket<T> ticket = new Ticket<>(work, deadline, nanoClock.getAsLong());
        accept(ticket);
        ScheduledFuture<?> expiry = deadlines.schedule(ticket::expire, deadline.toNanos(), TimeUnit.NANOSECONDS);
        ticket.onSettled(failure -> {
            expiry.cancel(false);
            waiting.remove(ticket);
        });
        return ticket;
    }

    /** Synchronised with {@link #close()}, so that no ticket is accepted behind the workers' last one. */
    private synchronized void accept(Ticket<?> ticket) {
        if (closed) {
            throw new NotReadyException("the service is shutting down");
        }
        if (!waiting.offer(ticket)) {
            throw new QueueFullException(capacity, retryAfter());
        }
        arrival.run();
    }

    /** Runs {@code action}, which takes no time, whenever a request was accepted. */
    public void onArrival(Runnable action) {
        arrival = action;
    }

    /** How many accepted requests wait for a worker. */
    public int depth() {
        return waiting.size();
    }

    /** How many accepted requests wait or are worked on. */
    public int present() {
        return waiting.size() + working.get();
    }

    /** How many requests may wait. */
    public int capacity() {
        return capacity;
    }

    /**
     * Refuses what would be refused by {@link #submit} now, before its body is read.
     *
     * @throws QueueFullException if the queue is full
     */
    void expectRoom() {
        if (waiting.remainingCapacity() == 0) {
            throw new QueueFullException(capacity, retryAfter());
        }
    }

    private Duration retryAfter() {
        long nanos = typicalNanos.get() * capacity / workers.size();
        return Duration.ofSeconds(Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos)));
    }

    private void work() {
        try {
            for (Ticket<?> ticket = waiting.take(); ticket != last; ticket = waiting.take()) {
                if (!ticket.isSettled()) {
                    runTimed(ticket);
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void runTimed(Ticket<?> ticket) {
        long start = nanoClock.getAsLong();
        working.incrementAndGet();
        try {
            ticket.run();
        } catch (OutOfMemoryError whileSettling) {
            // The worker lives; the ticket is settled, or expires.
            return;
        } finally {
            working.decrementAndGet();
        }
        long taken = nanoClock.getAsLong() - start;
        typicalNanos.updateAndGet(typical -> typical + (long) (SMOOTHING * (taken - typical)));
    }

    /** Refuses new requests, waits until every accepted one is answered, then ends the workers. Idempotent. */
    @Override
    public void close() {
        if (stopAccepting()) {
            try {
                for (int i = 0; i < workers.size(); i++) {
                    waiting.put(last);
                }
                for (Thread worker : workers) {
                    worker.join();
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
            }
        }
        deadlines.shutdownNow();
    }

    private synchronized boolean stopAccepting() {
        boolean first = !closed;
        closed = true;
        return first;
    }
}
