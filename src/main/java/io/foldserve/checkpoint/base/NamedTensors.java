package io.foldserve.checkpoint.base;

import io.foldserve.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one format read from one file: tensors as the file names them, in its order, and textual facts about the file.
 *
 * <p>Immutable and thread-safe.
 *
 * @param framework whose conventions the tensors follow
 * @param tensors the tensors by name, in the file's order
 * @param metadata facts about the file, by name
 */
public record NamedTensors(Framework framework, Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** Copies both maps and keeps their order. */
    public NamedTensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
