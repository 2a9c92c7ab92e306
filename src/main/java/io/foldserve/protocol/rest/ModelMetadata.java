package io.foldserve.protocol.rest;

import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.ModelDescription.TensorDescription;
import java.util.List;

/**
 * A model's metadata, as the protocol spells it.
 *
 * @param name the name it was asked for under
 * @param versions its only version
 * @param platform what it is run by
 * @param inputs its input
 * @param outputs its output
 */
public record ModelMetadata(
        String name,
        List<String> versions,
        String platform,
        List<TensorDescription> inputs,
        List<TensorDescription> outputs) {
    static ModelMetadata of(ModelDescription model) {
        return new ModelMetadata(
                model.name(),
                List.of(ModelDescription.VERSION),
                ModelDescription.PLATFORM,
                List.of(model.input()),
                List.of(model.output()));
    }
}
