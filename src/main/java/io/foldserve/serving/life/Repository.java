package io.foldserve.serving.life;

import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What may be asked of the models while they serve: to be loaded, loaded anew, or unloaded. One thread does it all, in
 * the order in which it was asked. Thread-safe.
 */
public final class Repository implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Repository.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ModelLife life;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread loading = new Thread(work, "foldserve-loading");
        loading.setDaemon(true);
        return loading;
    });
    /** What has not ended. */
    private final Set<Job> asked = ConcurrentHashMap.newKeySet();

    /** The loads that have not begun, by name; guarded by this object's lock. */
    private final Map<String, Job> waiting = new HashMap<>();

    /** One thing that was asked for; known by its identity. */
    private final class Job implements Runnable {
        private final Supplier<CatalogueEntry> work;
        private final CompletableFuture<CatalogueEntry> result = new CompletableFuture<>();

        Job(Supplier<CatalogueEntry> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                result.complete(work.get());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            } finally {
                asked.remove(this);
            }
        }

        void stop() {
            result.completeExceptionally(stopping());
        }

        CompletionStage<CatalogueEntry> result() {
            return result.minimalCompletionStage();
        }
    }

    /** Nothing is loaded yet. */
    public Repository(ModelLife life) {
        this.life = life;
    }

    /** Begins to load every model, in the background; {@code then} is run once that is over. */
    public void start(Runnable then) {
        thread.execute(() -> {
            life.loadAll();
            then.run();
        });
    }

    /**
     * Makes what is served under {@code name} what is in its folder now, see {@link ModelLife#load}. Looks at the
     * disk, so that an event loop must not call it; a load that was asked for before and has not begun is the same.
     *
     * @return the model as it is served then; fails with {@link NotLoadedException}, with {@link UnknownNameException}
     *     if the folder is gone, and with {@link NotReadyException} if the service stops before
     * @throws UnknownNameException if there is no model or folder of this name
     * @throws NotReadyException if the service is stopping
     */
    public CompletionStage<CatalogueEntry> load(String name) {
        life.expectKnown(name);
        synchronized (this) {
            Job same = waiting.get(name);
            if (same != null) {
                return same.result();
            }
            Job load = ask(() -> {
                begins(name);
                return life.load(name);
            });
            waiting.put(name, load);
            return load.result();
        }
    }

    /**
     * Serves {@code name} no more; its memory returns when the requests under way are answered.
     *
     * @return the model's entry then; fails with {@link NotReadyException} if the service stops before
     * @throws UnknownNameException if there is no model or folder of this name
     * @throws NotReadyException if the service is stopping
     */
    public CompletionStage<CatalogueEntry> unload(String name) {
        life.expectKnown(name);
        synchronized (this) {
            // A load that is asked for from now on comes after this.
            waiting.remove(name);
            return ask(() -> life.unload(name)).result();
        }
    }

    private synchronized void begins(String name) {
        waiting.remove(name);
    }

    private Job ask(Supplier<CatalogueEntry> work) {
        Job job = new Job(work);
        asked.add(job);
        try {
            thread.execute(job);
        } catch (RejectedExecutionException e) {
            asked.remove(job);
            throw stopping();
        }
        return job;
    }

    private static NotReadyException stopping() {
        return new NotReadyException("the service is stopping");
    }

    /**
     * Stops before the next model, gives up a loop that is under way, and waits a moment for the rest of its load; the
     * thread ends with the process if that takes longer.
     */
    @Override
    public void close() {
        synchronized (this) {
            thread.shutdown();
            waiting.clear();
        }
        // Before the load is interrupted, which would otherwise tell its client that the files are at fault.
        asked.forEach(Job::stop);
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a load is still under way; it ends with the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
