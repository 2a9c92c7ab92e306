package io.foldserve.serving.load;

import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.VariantManifest;

/** Whether loading a model may take as long as somebody likes. Stateless and thread-safe. */
final class Repetition {
    private Repetition() {}

    /**
     * True when {@code variant} is an ONNX file that may hold a loop without end.
     *
     * @throws InvalidInputException if that file cannot be read
     */
    static boolean isPossible(VariantManifest variant) {
        return variant.source() instanceof CheckpointSource.OnnxFile
                && OnnxReader.read(variant.checkpoint()).mayRepeat();
    }
}
