package io.foldserve.session;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxWriter;
import org.jspecify.annotations.Nullable;

/** DJL's ONNX Runtime engine, started once for the process. */
final class OnnxRuntime {
    private static @Nullable Engine started;

    private OnnxRuntime() {}

    /**
     * The engine, started at the first call, which takes most of a second.
     *
     * @throws SessionException if its native libraries cannot be unpacked or loaded; the next call tries again
     */
    static synchronized Engine engine() {
        Engine engine = started;
        if (engine == null) {
            NativeLibraries.besideTheJar().use();
            RuntimeFolder folder = RuntimeFolder.now();
            folder.whyNot().ifPresent(why -> {
                throw new SessionException(folder.sentence(why));
            });
            try {
                engine = start();
            } catch (LinkageError | IllegalStateException | EngineException e) {
                throw new SessionException(folder.sentence(folder.whyNot(e)), e);
            }
            started = engine;
        }
        return engine;
    }

    private static Engine start() {
        // DJL reads these when it starts: no second engine for array arithmetic, and no calls to the outside.
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Telemetry.optOut();
        Engine engine = Engine.getEngine("OnnxRuntime");
        LastingEnvironment.keep();
        return engine;
    }

    static String version() {
        engine();
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /**
     * Compiles {@code graph}. DJL's own way to load a model from memory would hold three copies of it on the heap and
     * needs a writable directory, so the session is made here and handed to DJL.
     *
     * @param weights those of the graph that the session reads in place, open for as long as the model is
     */
    static Model load(Graph graph, Weights weights, SessionSettings settings) throws OrtException {
        Model model = engine().newModel(graph.name(), Device.cpu());
        try (SessionOptions options = options(graph, settings)) {
            options.addExternalInitializers(weights.tensors());
            OrtSession session = OrtEnvironment.getEnvironment()
                    .createSession(OnnxWriter.writeDirect(graph, weights.names()), options);
            OrtNDManager manager = (OrtNDManager) model.getNDManager();
            model.setBlock(
                    graph.mayRepeat()
                            ? new BoundedBlock(session, manager, settings.runLimit())
                            : new PreemptibleBlock(session, manager));
            return model;
        } catch (OrtException e) {
            model.close();
            throw e;
        }
    }

    private static SessionOptions options(Graph graph, SessionSettings settings) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setExecutionMode(ExecutionMode.SEQUENTIAL);
        options.setInterOpNumThreads(1);
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
        options.setOptimizationLevel(settings.optimised() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
        if (!settings.optimised()) {
            // Weights packed for a kernel are a copy that the few runs of such a session do not earn.
            options.addConfigEntry("session.disable_prepacking", "1");
        }
        if (poolsMaxima(graph)) {
            options.addConfigEntry("optimization.disable_specified_optimizers", "Pad_Fusion");
        }
        return options;
    }

    /**
     * Whether ONNX Runtime must keep its hands off Pad: 1.29.0 moves a zero Pad into the MaxPool that reads it, which
     * pads with minus infinity. A subgraph could hide a MaxPool.
     */
    private static boolean poolsMaxima(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.is("MaxPool") || node.hasSubgraphs());
    }
}
