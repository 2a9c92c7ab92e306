package io.foldserve.session;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A graph compiled by ONNX Runtime, ready to run.
 *
 * <p>Thread-safe: any number of threads may run it at a time, and each computes on its own thread (plus the session's
 * {@link SessionSettings#intraOpThreads()}). All native memory of a run is released when the run returns; that of the
 * session by {@link #close()}, which waits for the runs under way. The graph's constants are not kept.
 */
public final class ModelSession implements AutoCloseable {
    /** The newest version of ONNX's own operator set that the runtime has released operators for. */
    public static final int NEWEST_OPSET = 26;

    private final SessionInputs inputs;
    private final Model model;
    private final Weights weights;
    private final Queue<Predictor<Map<String, Tensor>, Map<String, Tensor>>> idle = new ConcurrentLinkedQueue<>();
    private final ReadWriteLock openness = new ReentrantReadWriteLock();
    private boolean closed;

    private ModelSession(SessionInputs inputs, Model model, Weights weights) {
        this.inputs = inputs;
        this.model = model;
        this.weights = weights;
    }

    /**
     * Compiles {@code graph}. Takes from milliseconds to a second, and for its duration about twice the memory of
     * the constants that are not yet {@link #outsideHeap outside the heap}, outside of it.
     *
     * @throws InvalidInputException if an input or output cannot cross into the session, or the graph has no inputs or
     *     2 GiB or more of constants
     * @throws SessionException if ONNX Runtime refuses the graph
     */
    public static ModelSession open(Graph graph, SessionSettings settings) {
        SessionInputs inputs = SessionInputs.of(graph);
        OnnxRuntime.engine();
        try {
            Weights weights = Weights.of(graph);
            try {
                return new ModelSession(inputs, OnnxRuntime.load(graph, weights, settings), weights);
            } catch (OrtException | RuntimeException | Error e) {
                weights.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new SessionException(graph.name(), "creating the session", e);
        }
    }

    /** {@code graph} with its large constants outside the heap: all its sessions read them there, and copy none. */
    public static Graph outsideHeap(Graph graph) {
        return Weights.outsideHeap(graph);
    }

    /**
     * Starts ONNX Runtime in the background, so that the first session need not wait most of a second for it. What
     * keeps it from starting is said by that session.
     */
    public static void startRuntime() {
        Thread thread = new Thread(ModelSession::startQuietly, "foldserve-runtime");
        thread.setDaemon(true);
        thread.start();
    }

    private static void startQuietly() {
        try {
            OnnxRuntime.engine();
        } catch (SessionException saidByTheFirstSession) {
            return;
        }
    }

    /** The version of ONNX Runtime. */
    public static String runtimeVersion() {
        return OnnxRuntime.version();
    }

    /**
     * Computes all outputs.
     *
     * <p>An input over a direct buffer is read in place, one over the heap is copied once. The outputs are new tensors
     * on the heap, in the graph's order.
     *
     * @param inputs one tensor for each input of the graph, by name
     * @throws InvalidInputException if inputs are missing, left over, or not of the declared type and shape
     * @throws SessionException if ONNX Runtime fails
     * @throws IllegalStateException after {@link #close()}
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        this.inputs.check(inputs);
        openness.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("model " + model.getName() + ": the session is closed");
            }
            return predict(inputs);
        } finally {
            openness.readLock().unlock();
        }
    }

    /** Predictors are for one thread at a time, so each run borrows one; there are never more than runs at a time. */
    private Map<String, Tensor> predict(Map<String, Tensor> inputs) {
        Predictor<Map<String, Tensor>, Map<String, Tensor>> predictor = idle.poll();
        if (predictor == null) {
            predictor = model.newPredictor(new TensorTranslator());
        }
        try {
            return predictor.predict(inputs);
        } catch (TranslateException e) {
            throw new SessionException(model.getName(), "running the session", e);
        } finally {
            idle.add(predictor);
        }
    }

    /** Waits for the runs under way and releases the session. Closing again does nothing. */
    @Override
    public void close() {
        openness.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                idle.forEach(Predictor::close);
                model.close();
                weights.close();
            }
        } finally {
            openness.writeLock().unlock();
        }
    }
}
