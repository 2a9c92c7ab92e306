package io.foldserve.serving.load;

import java.util.Optional;

/** The thread on which models are loaded. Thread-safe. */
public final class LoadingThread {
    private Optional<Thread> thread = Optional.empty();

    /** Begins loading in the background. */
    public synchronized void start(ModelLoader loader) {
        Thread started = new Thread(loader::loadAll, "foldserve-loading");
        started.setDaemon(true);
        started.start();
        thread = Optional.of(started);
    }

    /** Stops before the next model, and waits for the one under way, whose sessions nobody would release otherwise. */
    public synchronized void stop() {
        if (thread.isEmpty()) {
            return;
        }
        Thread stopped = thread.orElseThrow();
        stopped.interrupt();
        try {
            stopped.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
