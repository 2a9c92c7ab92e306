package io.foldserve.benchmark;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many operators are left of a model once ONNX Runtime has optimised it all it can. */
final class OptimisedNodes {
    private OptimisedNodes() {}

    /**
     * Counts the nodes of {@code model} as ONNX Runtime runs them, constants not counted. To be called after a session
     * was opened, which sets ONNX Runtime up.
     */
    static int count(Path model) throws OrtException, IOException {
        Path optimised = model.resolveSibling("optimised.onnx");
        try (SessionOptions options = new SessionOptions()) {
            // It warns that such a model is for this machine only.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(1);
            // As the service's sessions do: 1.29.0 moves a zero Pad into the MaxPool that reads it.
            options.addConfigEntry("optimization.disable_specified_optimizers", "Pad_Fusion");
            options.setOptimizedModelFilePath(optimised.toString());
            OrtEnvironment.getEnvironment()
                    .createSession(model.toString(), options)
                    .close();
            try (InputStream in = Files.newInputStream(optimised)) {
                return (int) ModelProto.parseFrom(in).getGraph().getNodeList().stream()
                        .filter(node -> !node.getOpType().equals("Constant"))
                        .count();
            }
        } finally {
            Files.deleteIfExists(optimised);
        }
    }
}
