package io.foldserve.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;

/**
 * Lets another thread give a run up, whose thread made this: ONNX Runtime looks at the flag between two nodes. For runs
 * that are worth less than what may come. Thread-safe; to be closed after the run.
 */
public final class Preemption implements AutoCloseable {
    private static final ThreadLocal<@Nullable Preemption> OF_THREAD = new ThreadLocal<>();

    private final RunOptions options;
    private boolean closed;
    private boolean stopped;

    /** For the next runs of the calling thread. */
    public Preemption() {
        try {
            this.options = new RunOptions();
            options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        } catch (OrtException e) {
            throw new SessionException("shadow", "making the options of a run", e);
        }
        OF_THREAD.set(this);
    }

    /** What the calling thread's run is to be given, if it can be given up. */
    static @Nullable RunOptions options() {
        Preemption preemption = OF_THREAD.get();
        return preemption == null ? null : preemption.options;
    }

    /** Gives the run up, which then fails, and every run that follows. */
    public synchronized void stop() {
        stopped = true;
        if (!closed) {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw new IllegalStateException("a run cannot be given up", e);
            }
        }
    }

    /** True once {@link #stop()} was called. */
    public synchronized boolean isStopped() {
        return stopped;
    }

    /** The thread's runs cannot be given up any more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            OF_THREAD.remove();
            options.close();
        }
    }
}
