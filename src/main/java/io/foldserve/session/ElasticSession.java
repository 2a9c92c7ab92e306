package io.foldserve.session;

import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * A network that is compiled for runs that share the cores, and where that answers sooner, once more for a run that has
 * them alone. Both give the same answers. Thread-safe; owns both sessions.
 */
public final class ElasticSession implements AutoCloseable {
    private final ModelSession shared;
    private final int sharedThreads;
    private final Optional<ModelSession> alone;
    private final int aloneThreads;

    private ElasticSession(ModelSession shared, int sharedThreads, Optional<ModelSession> alone, int aloneThreads) {
        this.shared = shared;
        this.sharedThreads = sharedThreads;
        this.alone = alone;
        this.aloneThreads = aloneThreads;
    }

    /** Of one session of {@code threads} threads a run. */
    public static ElasticSession of(ModelSession shared, int threads) {
        return new ElasticSession(shared, threads, Optional.empty(), threads);
    }

    /** This one with {@code alone}, of {@code threads} threads, for runs that have the cores alone. */
    public ElasticSession with(ModelSession alone, int threads) {
        return new ElasticSession(shared, sharedThreads, Optional.of(alone), threads);
    }

    /** The session for runs that share the cores with others. */
    public ModelSession shared() {
        return shared;
    }

    /** The threads of a run that shares the cores, at least 1. */
    public int sharedThreads() {
        return sharedThreads;
    }

    /** The threads of a run that has the cores alone; {@link #sharedThreads()} if there is no session for those. */
    public int aloneThreads() {
        return aloneThreads;
    }

    /**
     * Computes all outputs on {@code threads} threads, which are {@link #aloneThreads()} or {@link #sharedThreads()}.
     *
     * @see ModelSession#run
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, int threads) {
        return alone.filter(session -> threads == aloneThreads).orElse(shared).run(inputs);
    }

    /** Waits for the runs under way and releases both sessions. Closing again does nothing. */
    @Override
    public void close() {
        alone.ifPresent(ModelSession::close);
        shared.close();
    }
}
