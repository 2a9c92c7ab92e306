package io.foldserve.architecture.convention;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint holds, under PyTorch's names and in its layout.
 *
 * @param source the file as the user knows it, for error messages
 * @param framework that which the network was trained with
 * @param byName the tensors in the file's order
 */
public record StoredTensors(String source, Framework framework, Map<String, StoredTensor> byName) {

    /** Copies the map, keeping its order. */
    public StoredTensors {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** The tensors of {@code checkpoint} as they are. */
    public static StoredTensors of(Checkpoint checkpoint) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> tensors.put(name, StoredTensor.of(tensor)));
        return new StoredTensors(checkpoint.source(), checkpoint.framework(), tensors);
    }

    /** The tensor called {@code name}, if there is one. */
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
