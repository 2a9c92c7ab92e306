package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a training checkpoint holds: tensors by name, in the file's order, and its textual metadata.
 *
 * <p>Immutable and thread-safe. Names are as the network's own code spells them: wrapper prefixes such as
 * {@code module.} are gone.
 *
 * @param source the file as the user knows it, for error messages
 * @param framework whose conventions the tensors follow
 * @param tensors the tensors by name, in the file's order
 * @param metadata textual facts about the file (its format, the entry that was chosen), by name
 */
public record Checkpoint(
        String source, Framework framework, Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** Copies both maps and keeps their order. */
    public Checkpoint {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The tensor called {@code name}, if there is one. */
    public Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }
}
