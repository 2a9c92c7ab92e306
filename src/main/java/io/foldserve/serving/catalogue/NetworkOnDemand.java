package io.foldserve.serving.catalogue;

import io.foldserve.graph.Graph;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionException;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * A variant's network in a form that few clients ask for: from pixels that they normalise themselves, or to the scores
 * of a mask. Most never come, so it is compiled for the first of them. Thread-safe.
 */
public final class NetworkOnDemand implements AutoCloseable {
    private final String input;
    private final SessionSettings settings;
    private final Graph graph;
    private Optional<ModelSession> session = Optional.empty();
    private boolean closed;

    /** The network {@code graph}, with one input, to be compiled with {@code settings}. */
    public NetworkOnDemand(Graph graph, SessionSettings settings) {
        this.input = graph.inputs().get(0).name();
        this.graph = graph;
        this.settings = settings;
    }

    /** The threads of a run, at least 1. */
    public int threads() {
        return settings.intraOpThreads();
    }

    /**
     * Runs the network.
     *
     * @param image of the type and shape of the network's input
     * @throws NotReadyException after {@link #close()}
     * @throws SessionException if ONNX Runtime fails
     */
    public Map<String, Tensor> run(Tensor image) {
        return session().run(Map.of(input, image));
    }

    /** The input of a run, by its name, for a session that {@link #openAnother()} gave. */
    public Map<String, Tensor> input(Tensor image) {
        return Map.of(input, image);
    }

    /**
     * Another session of the same network, which lies elsewhere in memory; the caller closes it.
     *
     * @throws SessionException if ONNX Runtime refuses it
     */
    public ModelSession openAnother() {
        return ModelSession.open(graph, settings);
    }

    /** True once a client asked for it, so that the next run has nothing to wait for. */
    public synchronized boolean isCompiled() {
        return session.isPresent();
    }

    private synchronized ModelSession session() {
        if (closed) {
            throw new NotReadyException("the model is not served any more");
        }
        if (session.isEmpty()) {
            session = Optional.of(ModelSession.open(graph, settings));
        }
        return session.get();
    }

    /** Releases the session, if there is one, after the runs under way. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        session.ifPresent(ModelSession::close);
        session = Optional.empty();
    }
}
