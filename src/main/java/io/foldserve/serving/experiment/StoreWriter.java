package io.foldserve.serving.experiment;

import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.StoreException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Writes a ledger to its store every second, and says once a minute that it cannot. Owns its thread. */
final class StoreWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoreWriter.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
    private static final int ROUNDS_BETWEEN_CLEANINGS = 60;

    private final Ledger ledger;
    private final ExperimentStore store;
    private final int mostAnswers;
    private final Runnable before;
    private final ScheduledThreadPoolExecutor thread;
    private final ScheduledFuture<?> rounds;
    private long round;
    private long lastWarning = System.nanoTime() - BETWEEN_WARNINGS.toNanos();
    private boolean isGone;

    /**
     * Begins to write.
     *
     * @param mostAnswers how many answers the store keeps
     * @param before is run before each writing, and may throw what the store throws
     */
    StoreWriter(Ledger ledger, ExperimentStore store, int mostAnswers, Runnable before) {
        this.ledger = ledger;
        this.store = store;
        this.mostAnswers = mostAnswers;
        this.before = before;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread writer = new Thread(task, "foldserve-store");
            writer.setDaemon(true);
            return writer;
        });
        this.rounds =
                thread.scheduleWithFixedDelay(this::write, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void write() {
        try {
            before.run();
            ledger.flush();
            if (++round % ROUNDS_BETWEEN_CLEANINGS == 0) {
                store.keepNewest(mostAnswers);
            }
            if (isGone) {
                isGone = false;
                LOG.infof("the store of experiments is written again; %d entries were lost", ledger.lost());
            }
        } catch (StoreException gone) {
            warn(gone);
        } catch (RuntimeException failure) {
            LOG.error("writing the store of experiments failed", failure);
        }
    }

    private void warn(StoreException gone) {
        isGone = true;
        long now = System.nanoTime();
        if (now - lastWarning >= BETWEEN_WARNINGS.toNanos()) {
            lastWarning = now;
            LOG.warnf(
                    "%s; counts wait, and of the answers the newest %d: %d entries were lost so far; cause: %s",
                    gone.getMessage(), Ledger.MOST_ANSWERS, ledger.lost(), gone.reason());
        }
    }

    /** Writes once more what waits, and ends. */
    @Override
    public void close() {
        rounds.cancel(false);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write();
    }
}
