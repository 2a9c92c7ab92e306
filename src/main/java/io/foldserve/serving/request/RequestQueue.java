package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The {@link FairQueue} in front of the sessions, and the workers that empty it.
 *
 * <p>One worker per concurrent request does the whole of a request, decoding included, so that the machine never runs
 * more work than it has cores and an image's bytes stay in one core's caches. A request that would wait too long is
 * refused at once; one whose deadline passes, or whose client goes away, leaves the queue without being run.
 *
 * <p>Thread-safe.
 */
public final class RequestQueue implements AutoCloseable {
    private final Duration longestWait;
    private final LongSupplier nanoClock;
    private final ScheduledThreadPoolExecutor deadlines;
    private final List<Thread> workers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrival = lock.newCondition();
    /** Guarded by the lock, as what follows. */
    private final FairQueue requests;

    private volatile Runnable onArrival = () -> {};
    private boolean closed;

    /**
     * Starts the workers.
     *
     * @param longestWait how long a request may be expected to wait, beside what its deadline allows
     * @param workers how many requests are worked on at a time, at least 1
     * @param nanoClock the clock that {@link Ticket#acceptedNanos()} is read from, in nanoseconds
     */
    public RequestQueue(Duration longestWait, int workers, LongSupplier nanoClock) {
        this.longestWait = longestWait;
        this.nanoClock = nanoClock;
        this.requests = new FairQueue(workers, nanoClock);
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
     * Accepts {@code work} behind everything accepted before it for its model.
     *
     * @param <T> what the work returns
     * @param deadline how long from now the result is worth anything
     * @throws QueueFullException at once, if it would wait too long
     * @throws NotReadyException if the queue is closed
     */
    <T> Ticket<T> submit(Ticket.Work<T> work, Demand demand, Duration deadline) {
        Ticket<T> ticket = new Ticket<>(work, demand, deadline, nanoClock.getAsLong());
        accept(ticket, deadline);
        ScheduledFuture<?> expiry = deadlines.schedule(ticket::expire, deadline.toNanos(), TimeUnit.NANOSECONDS);
        ticket.onSettled(failure -> {
            expiry.cancel(false);
            remove(ticket);
        });
        return ticket;
    }

    private void accept(Ticket<?> ticket, Duration deadline) {
        lock.lock();
        try {
            if (closed) {
                throw new NotReadyException("the service is shutting down");
            }
            requests.expectRoom(ticket.demand(), longestWait, deadline);
            requests.add(ticket);
            arrival.signal();
        } finally {
            lock.unlock();
        }
        onArrival.run();
    }

    private void remove(Ticket<?> ticket) {
        lock.lock();
        try {
            requests.remove(ticket);
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action}, which takes no time, whenever a request was accepted. */
    public void onArrival(Runnable action) {
        onArrival = action;
    }

    /** How many accepted requests wait for a worker. */
    public int depth() {
        lock.lock();
        try {
            return requests.waiting();
        } finally {
            lock.unlock();
        }
    }

    /** How many accepted requests wait or are worked on. */
    public int present() {
        lock.lock();
        try {
            return requests.present();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses what would be refused by {@link #submit} now, before its body is read.
     *
     * @throws QueueFullException if it would wait too long
     */
    void expectRoom(Demand demand, Duration deadline) {
        lock.lock();
        try {
            requests.expectRoom(demand, longestWait, deadline);
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (Optional<Ticket<?>> ticket = next(); ticket.isPresent(); ticket = next()) {
                run(ticket.get());
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next request; nothing once the queue is closed and empty. */
    private Optional<Ticket<?>> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<Ticket<?>> next = requests.next();
                if (next.isPresent() || closed) {
                    return next;
                }
                arrival.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(Ticket<?> ticket) {
        boolean wanted = !ticket.isSettled();
        try {
            ticket.run();
        } catch (OutOfMemoryError whileSettling) {
            // The worker lives; the ticket is settled, or expires.
        } finally {
            ended(ticket, wanted);
        }
    }

    private void ended(Ticket<?> ticket, boolean worked) {
        lock.lock();
        try {
            requests.ended(ticket, worked);
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new requests, waits until every accepted one is answered, then ends the workers. Idempotent. */
    @Override
    public void close() {
        stopAccepting();
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        deadlines.shutdownNow();
    }

    private void stopAccepting() {
        lock.lock();
        try {
            closed = true;
            arrival.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
