package io.foldserve.serving.experiment;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.session.Preemption;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs all variants on pictures that were answered, one run at a time, and only in moments without any request. A run
 * is given up between two of the network's nodes when a request comes, and dropped, as is the oldest of what waits.
 * Owns its thread. Thread-safe.
 */
final class Shadow implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Shadow.class);
    private static final int MOST_WAITING = 16;
    private static final long MOST_BYTES = 64_000_000;
    private static final Duration QUIET = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Catalogue catalogue;
    private final IntSupplier requests;
    private final BiConsumer<ShadowTask, ShadowResult> done;
    private final LinkedBlockingDeque<ShadowTask> waiting = new LinkedBlockingDeque<>(MOST_WAITING);
    private final Random random = new Random();
    private final Thread thread;
    private final AtomicReference<@Nullable Preemption> running = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * Begins to wait for tasks.
     *
     * @param requests how many requests are accepted and not answered
     * @param done is told what came of each task, on any thread
     */
    Shadow(Catalogue catalogue, IntSupplier requests, BiConsumer<ShadowTask, ShadowResult> done) {
        this.catalogue = catalogue;
        this.requests = requests;
        this.done = done;
        this.thread = new Thread(this::work, "foldserve-shadow");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A picture to run.
     *
     * @param id of its answer
     * @param model the model that answered
     * @param variant the name of the variant that answered
     * @param picture what the networks see
     */
    record ShadowTask(String id, ServedModel model, String variant, SeenPicture picture) {}

    /** What came of a task. */
    enum Outcome {
        /** All variants were run. */
        RUN,
        /** A request was there, or others were newer. */
        DROPPED,
        /** A run failed. */
        FAILED
    }

    /**
     * What came of a task.
     *
     * @param outcome how it ended
     * @param answers of every variant, if it was run
     * @param nanos how long each variant's run took, if it was run
     */
    record ShadowResult(Outcome outcome, Map<String, Given> answers, Map<String, Long> nanos) {
        static ShadowResult without(Outcome outcome) {
            return new ShadowResult(outcome, Map.of(), Map.of());
        }
    }

    /** Keeps {@code task} for the next idle moment. */
    void offer(ShadowTask task) {
        while (!hasRoom(task) || !waiting.offerLast(task)) {
            ShadowTask oldest = waiting.pollFirst();
            if (oldest != null) {
                done.accept(oldest, ShadowResult.without(Outcome.DROPPED));
            }
        }
    }

    /** One picture always has room, as large as it may be. */
    private boolean hasRoom(ShadowTask task) {
        long held = waiting.stream().mapToLong(kept -> kept.picture().bytes()).sum();
        return held == 0 || held + task.picture().bytes() <= MOST_BYTES;
    }

    /** A request came: what is run now is given up. */
    void giveWay() {
        Preemption preemption = running.get();
        if (preemption != null) {
            preemption.stop();
        }
    }

    private void work() {
        try {
            while (!closed) {
                ShadowTask task = waiting.takeFirst();
                done.accept(task, awaitQuiet() ? result(task) : ShadowResult.without(Outcome.DROPPED));
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until there has been no request for a moment; false if that does not come soon. */
    private boolean awaitQuiet() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < QUIET.toNanos()) {
            Thread.sleep(1);
            if (requests.getAsInt() > 0) {
                quietSince = System.nanoTime();
            }
            if (System.nanoTime() - end > 0) {
                return false;
            }
        }
        return true;
    }

    private ShadowResult result(ShadowTask task) {
        try (ModelLease lease = catalogue.lease(task.model().name())) {
            return lease.model() == task.model() && task.picture().runsAtOnce(task.model())
                    ? run(task)
                    : ShadowResult.without(Outcome.DROPPED);
        } catch (UnknownNameException | NotReadyException gone) {
            return ShadowResult.without(Outcome.DROPPED);
        }
    }

    private ShadowResult run(ShadowTask task) {
        try (Preemption preemption = new Preemption()) {
            running.set(preemption);
            return run(task, preemption);
        } finally {
            running.set(null);
        }
    }

    private ShadowResult run(ShadowTask task, Preemption preemption) {
        List<LoadedVariant> order = new ArrayList<>(task.model().variants());
        Collections.shuffle(order, random);
        Map<String, Given> answers = new LinkedHashMap<>();
        Map<String, Long> nanos = new LinkedHashMap<>();
        try {
            for (LoadedVariant variant : order) {
                if (requests.getAsInt() > 0 || preemption.isStopped()) {
                    return ShadowResult.without(Outcome.DROPPED);
                }
                long start = System.nanoTime();
                Map<String, Tensor> outputs = task.picture().run(variant);
                nanos.put(variant.name(), System.nanoTime() - start);
                answers.put(variant.name(), Given.of(task.model().task().postprocess(outputs, 1)));
            }
            return new ShadowResult(Outcome.RUN, answers, nanos);
        } catch (RuntimeException failure) {
            if (preemption.isStopped()) {
                return ShadowResult.without(Outcome.DROPPED);
            }
            LOG.debugf(failure, "%s: a shadow run failed", task.model().name());
            return ShadowResult.without(Outcome.FAILED);
        }
    }

    /** Ends after the run under way. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
