package io.foldserve.session;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

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

    /** An empty model on the CPU, to be loaded. */
    static Model newModel(String name) {
        return ENGINE.newModel(name, Device.cpu());
    }

    /** The session options for {@code settings}, to be closed once the session exists. */
    static SessionOptions options(SessionSettings settings) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setExecutionMode(ExecutionMode.SEQUENTIAL);
        options.setInterOpNumThreads(1);
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
        options.setOptimizationLevel(settings.optimised() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
        return options;
    }
}
