package io.foldserve.serving.load;

import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;

/** Whether loading a model may take as long as somebody likes. Stateless and thread-safe. */
final class Repetition {
    private Repetition() {}

    /**
     * True when an ONNX file of {@code model} may hold a loop without end; false for one that is not read, which fails
     * soon.
     */
    static boolean isPossible(ModelManifest model) {
        return model.variants().stream().anyMatch(Repetition::isPossible);
    }

    private static boolean isPossible(VariantManifest variant) {
        try {
            return variant.source() instanceof CheckpointSource.OnnxFile
                    && OnnxReader.read(variant.checkpoint()).mayRepeat();
        } catch (InvalidInputException unreadable) {
            return false;
        }
    }
}
