package io.foldserve.serving.load;

import java.util.Optional;

/** The thread on which models are loaded. Thread-safe. */
public final class LoadingThread {
    private static final long PATIENCE_MILLIS = 5_000;

    private Optional<Thread> thread = Optional.empty();

    /** Begins loading in the background. */
    public synchronized void start(ModelLoader loader) {
        Thread started = new Thread(loader::loadAll, "foldserve-loading");
        started.setDaemon(true);
        started.start();
        thread = Optional.of(started);
    }

    /**
     * Stops before the next model, gives up a loop that is under way, and waits a moment for the rest of its load; the
     * thread ends with the process if that takes longer.
     */
    public synchronized void stop() {
        if (thread.isEmpty()) {
            return;
        }
        Thread stopped = thread.orElseThrow();
        stopped.interrupt();
        try {
            stopped.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
