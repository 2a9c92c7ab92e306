package io.foldserve.serving.life;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * Does for every model that has begun to serve what need not keep its first request waiting, one step and one model
 * after another, and tidies up before and after. Begins when all models of a start have come to their end. Owns its
 * thread. Thread-safe.
 */
public final class AfterLoad implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AfterLoad.class);
    private static final Duration LONGEST_WAIT_FOR_A_PAUSE = Duration.ofSeconds(3);
    private static final long MILLIS_BETWEEN_LOOKS = 20;

    private final Catalogue catalogue;
    private final List<Step> steps;
    private final IntSupplier requests;
    private final Tidying tidying;
    private final Optional<AfterLoad> next;
    private final LinkedBlockingQueue<String> models = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /** What is done for a model that serves. */
    @FunctionalInterface
    public interface Step {
        /** A failure leaves the model serving as it is. */
        void take(ServedModel model) throws InterruptedException;
    }

    /** What is done before the first and after the last of the models that were loaded together. */
    @FunctionalInterface
    public interface Tidying {
        /** {@code inAPause} is false in traffic that made no pause for long, which must not be held up. */
        void tidy(boolean inAPause);
    }

    /**
     * Waits for models.
     *
     * @param steps what is done for each, in this order
     * @param requests how many requests are accepted and not answered; each step waits a while for a pause
     * @param next what is told of each model after its steps, and closed with this: what takes long, and must not keep
     *     these steps of other models waiting
     */
    public AfterLoad(
            Catalogue catalogue, List<Step> steps, IntSupplier requests, Tidying tidying, Optional<AfterLoad> next) {
        this.catalogue = catalogue;
        this.steps = List.copyOf(steps);
        this.requests = requests;
        this.tidying = tidying;
        this.next = next;
        this.thread = new Thread(this::work, "foldserve-after-load");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes the steps for {@code model}, which serves from now on, or only tidies up if it serves no more. */
    public void changed(String model) {
        models.add(model);
    }

    private void work() {
        try {
            while (!closed) {
                String model = models.take();
                awaitSettled();
                tidy();
                while (model != null) {
                    takeSteps(model);
                    model = models.poll(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
                }
                tidy();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitSettled() throws InterruptedException {
        while (!catalogue.isSettled()) {
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
    }

    /** Traffic without a pause does not put it off for ever, and is told by false. */
    private boolean awaitPause() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT_FOR_A_PAUSE.toNanos();
        while (requests.getAsInt() > 0 && System.nanoTime() - end < 0) {
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
        return requests.getAsInt() == 0;
    }

    private void tidy() throws InterruptedException {
        tidying.tidy(awaitPause());
    }

    private void takeSteps(String model) throws InterruptedException {
        try (ModelLease lease = catalogue.lease(model)) {
            for (Step step : steps) {
                awaitPause();
                step.take(lease.model());
            }
        } catch (UnknownNameException | NotReadyException gone) {
            LOG.debugf("%s: not served any more", model);
        } catch (RuntimeException failure) {
            LOG.warnf("%s: serves, but %s", model, failure.getMessage());
        }
        next.ifPresent(following -> following.changed(model));
    }

    /** Ends after the run under way. */
    @Override
    public void close() {
        next.ifPresent(AfterLoad::close);
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
