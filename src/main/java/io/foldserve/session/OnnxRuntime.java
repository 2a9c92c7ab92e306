package io.foldserve.session;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.ByteBuffer;

/** DJL's ONNX Runtime engine, started once for the process. */
final class OnnxRuntime {
    private static final Engine ENGINE = start();

    private OnnxRuntime() {}

    private static Engine start() {
        // DJL reads these when it starts: no second engine for array arithmetic, and no calls to the outside.
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        return Engine.getEngine("OnnxRuntime");
    }

    /**
     * Compiles an encoded model. DJL's own way to load one from memory would hold three copies of it on the heap and needs
     * a writable directory, so the session is made here and handed to DJL.
     *
     * @param onnx a direct buffer, read only during the call
     */
    static Model load(String name, ByteBuffer onnx, SessionSettings settings) throws OrtException {
        Model model = ENGINE.newModel(name, Device.cpu());
        try (SessionOptions options = options(settings)) {
            OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx, options);
            model.setBlock(new OrtSymbolBlock(session, (OrtNDManager) model.getNDManager()));
            return model;
        } catch (OrtException e) {
            model.close();
            throw e;
        }
    }

    private static SessionOptions options(SessionSettings settings) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setExecutionMode(ExecutionMode.SEQUENTIAL);
        options.setInterOpNumThreads(1);
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
        options.setOptimizationLevel(settings.optimised() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
        return options;
    }
}
