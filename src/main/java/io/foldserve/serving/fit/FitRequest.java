package io.foldserve.serving.fit;

import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import java.util.Optional;

/**
 * What a network is fitted to.
 *
 * @param subject the file, for messages
 * @param variant the variant's name, for messages
 * @param input how pictures are prepared
 * @param task what the model answers
 * @param labels how many labels it has
 * @param output the name of the output that the manifest asks for
 */
record FitRequest(
        String subject, String variant, Preprocessing input, TaskKind task, int labels, Optional<String> output) {

    static FitRequest of(ModelManifest model, VariantManifest variant) {
        return new FitRequest(
                variant.checkpoint().toString(),
                variant.name(),
                model.input(),
                model.task(),
                model.labels().size(),
                variant.source() instanceof CheckpointSource.OnnxFile file ? file.output() : Optional.empty());
    }
}
