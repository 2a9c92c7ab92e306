package io.foldserve.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Gives one run up, by ONNX Runtime's terminate flag, when it takes longer than its limit or its thread is interrupted.
 * ONNX Runtime looks at the flag between two nodes, also between those of a loop's body. Belongs to the thread that
 * made it.
 */
final class RunWatch implements AutoCloseable {
    /** A short run never sees its watch. */
    private static final long PERIOD_MILLIS = 50;

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final RunOptions options;
    private final Thread runner = Thread.currentThread();
    private final Duration limit;
    private final long start = System.nanoTime();
    private final ScheduledFuture<?> ticks;
    private String reason = "";
    private boolean closed;

    RunWatch(Duration limit) throws OrtException {
        this.limit = limit;
        this.options = new RunOptions();
        // The failure is thrown all the same. Its log line would be written by the environment, which ONNX Runtime's
        // own shutdown
        // hook closes while this run goes on, and the process would end by a fault.
        options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        this.ticks = CLOCK.scheduleWithFixedDelay(this::tick, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "foldserve-run-watch");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /** What the run is to be given. */
    RunOptions options() {
        return options;
    }

    /** Why the run was given up, else what ONNX Runtime says of its {@code failure}. */
    synchronized String reason(OrtException failure) {
        return reason.isEmpty() ? String.valueOf(failure.getMessage()) : reason;
    }

    private synchronized void tick() {
        boolean late = System.nanoTime() - start > limit.toNanos();
        if (!closed && (late || runner.isInterrupted())) {
            reason = late
                    ? "a run took longer than %d ms and was given up".formatted(limit.toMillis())
                    : "the run was interrupted and given up";
            try {
                options.setTerminate(true);
            } catch (OrtException failure) {
                throw new IllegalStateException("a run cannot be given up", failure);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ticks.cancel(false);
        options.close();
    }
}
