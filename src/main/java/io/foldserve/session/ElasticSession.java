package io.foldserve.session;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A network that is compiled for runs that share the cores, and where that answers sooner, once more for a run that has
 * them alone. Both give the same answers. Which it is takes timing, which is of use only while little else is going on,
 * so that it is decided later, by {@link #decide}. Thread-safe; owns both sessions.
 */
public final class ElasticSession implements AutoCloseable {
    private final ModelSession shared;
    private final int sharedThreads;
    private volatile Optional<Alone> alone = Optional.empty();

    /** Until it is decided. */
    private Optional<Candidate> candidate;

    private boolean closed;

    /** A session for a run that has the cores alone. */
    private record Alone(ModelSession session, int threads) {}

    /** What that session would be made of. */
    private record Candidate(Graph graph, SessionSettings settings) {}

    /** Gives the runs that are timed a moment in which their times say something. */
    @FunctionalInterface
    public interface Turn {
        /** Does {@code runs}, two of them, and again if the moment was a bad one. */
        void take(Runnable runs) throws InterruptedException;
    }

    private ElasticSession(ModelSession shared, int sharedThreads, Optional<Candidate> candidate) {
        this.shared = shared;
        this.sharedThreads = sharedThreads;
        this.candidate = candidate;
    }

    /** Of one session of {@code threads} threads a run, for good. */
    public static ElasticSession of(ModelSession shared, int threads) {
        return new ElasticSession(shared, threads, Optional.empty());
    }

    /**
     * Of one session of {@code threads} threads a run, until it is decided whether there will be another of
     * {@code graph} with the {@code alone} settings.
     */
    public static ElasticSession undecided(ModelSession shared, int threads, Graph graph, SessionSettings alone) {
        return new ElasticSession(shared, threads, Optional.of(new Candidate(graph, alone)));
    }

    /**
     * Opens the session for runs that have the cores alone if it answers clearly sooner, and with the same bits. Takes
     * some 40 to 210 runs; nothing where that was decided before.
     *
     * @param inputs of a run, at least one
     * @param turn is asked for before each pair of runs
     * @return whether there is one now
     * @throws SessionException if ONNX Runtime fails
     */
    public boolean decide(List<Map<String, Tensor>> inputs, LongSupplier nanoClock, Turn turn)
            throws InterruptedException {
        Optional<Candidate> found = taken();
        if (found.isPresent()) {
            SessionSettings settings = found.orElseThrow().settings();
            WideSession.of(found.orElseThrow().graph(), shared, settings, inputs, nanoClock, turn)
                    .map(session -> new Alone(session, settings.intraOpThreads()))
                    .ifPresent(this::keep);
        }
        return alone.isPresent();
    }

    private synchronized Optional<Candidate> taken() {
        Optional<Candidate> found = candidate;
        candidate = Optional.empty();
        return closed ? Optional.empty() : found;
    }

    private synchronized void keep(Alone found) {
        if (closed) {
            found.session().close();
        } else {
            alone = Optional.of(found);
        }
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
        return alone.map(Alone::threads).orElse(sharedThreads);
    }

    /**
     * Computes all outputs on {@code threads} threads, which are {@link #aloneThreads()} or {@link #sharedThreads()}.
     *
     * @see ModelSession#run
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, int threads) {
        return alone.filter(wide -> threads == wide.threads())
                .map(Alone::session)
                .orElse(shared)
                .run(inputs);
    }

    /** Waits for the runs under way and releases both sessions. Closing again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        candidate = Optional.empty();
        alone.ifPresent(wide -> wide.session().close());
        shared.close();
    }
}
