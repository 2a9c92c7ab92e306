package io.foldserve.protocol.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.ModelDescription.TensorDescription;
import io.foldserve.serving.request.InferenceService;
import java.util.List;

/**
 * A model's configuration, as the protocol's extension spells it.
 *
 * @param name the name it was asked for under
 * @param platform what it is run by
 * @param backend the runtime
 * @param maxBatchSize how many pictures a request may bring
 * @param input its input, without the extent for the pictures
 * @param output its output, likewise
 */
public record ModelConfig(
        String name,
        String platform,
        String backend,
        @JsonProperty("max_batch_size") int maxBatchSize,
        List<TensorConfig> input,
        List<TensorConfig> output) {
    /**
     * One tensor.
     *
     * @param name its name
     * @param dataType its element type
     * @param dims its extents
     */
    public record TensorConfig(
            String name, @JsonProperty("data_type") String dataType, List<Long> dims) {
        private static TensorConfig of(TensorDescription tensor) {
            List<Long> shape = tensor.shape();
            return new TensorConfig(tensor.name(), "TYPE_" + tensor.datatype(), shape.subList(1, shape.size()));
        }
    }

    static ModelConfig of(ModelDescription model) {
        return new ModelConfig(
                model.name(),
                ModelDescription.PLATFORM,
                "onnxruntime",
                InferenceService.MOST_PICTURES,
                List.of(TensorConfig.of(model.input())),
                List.of(TensorConfig.of(model.output())));
    }
}
