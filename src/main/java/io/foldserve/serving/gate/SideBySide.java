package io.foldserve.serving.gate;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks on some threads of their own and waits for them. Stateless and thread-safe. */
public final class SideBySide {
    private SideBySide() {}

    /**
     * Runs {@code tasks}, none of which may throw, begun in their order, and returns when all have ended. An
     * interruption reaches those under way, the rest is left out, and the calling thread stays interrupted.
     *
     * @param threads how many tasks are under way at a time; one task at a time runs on the calling thread
     */
    public static void run(int threads, List<Runnable> tasks) {
        if (threads == 1 || tasks.size() == 1) {
            tasks.stream()
                    .takeWhile(task -> !Thread.currentThread().isInterrupted())
                    .forEach(Runnable::run);
            return;
        }
        String name = Thread.currentThread().getName();
        AtomicInteger number = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        tasks.forEach(pool::execute);
        pool.shutdown();
        await(pool);
    }

    private static void await(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
                pool.shutdownNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
