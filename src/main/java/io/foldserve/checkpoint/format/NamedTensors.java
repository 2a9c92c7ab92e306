package io.foldserve.checkpoint.format;

import io.foldserve.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one format read from one file: tensors as the file names them, in its order, and textual facts about the file.
 *
 * <p>Immutable and thread-safe.
 */
public record NamedTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** Copies both maps and keeps their order. */
    public NamedTensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
