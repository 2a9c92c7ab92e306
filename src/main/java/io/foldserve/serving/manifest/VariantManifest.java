package io.foldserve.serving.manifest;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One checkpoint behind a model's name, as its manifest declares it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the variant's name, unique in its model
 * @param checkpoint the existing checkpoint file, inside the model's folder
 * @param entry which of the file's state dicts is meant ({@code model_ema}), if the file must not choose; see
 *     {@link io.foldserve.checkpoint.CheckpointReader#read(Path, Optional)}
 * @param output the name of the output that is served, if the file must not choose among several; for an ONNX file
 * @param architecture the declared network as plain maps, lists, strings, numbers and booleans; empty for an ONNX file, which
 *     has its network in it
 * @param traffic this variant's share of the model's requests, relative to the sum over all variants; at least 0
 * @param baseline true for the variant of plain convolutions that others are compared with
 */
public record VariantManifest(
        String name,
        Path checkpoint,
        Optional<String> entry,
        Optional<String> output,
        Map<String, Object> architecture,
        int traffic,
        boolean baseline) {

    /** Copies the architecture's outermost map, keeping its order. */
    public VariantManifest {
        architecture = Collections.unmodifiableMap(new LinkedHashMap<>(architecture));
    }

    /** True for a checkpoint beside a declared network; false for an ONNX file. */
    public boolean hasArchitecture() {
        return !architecture.isEmpty();
    }
}
