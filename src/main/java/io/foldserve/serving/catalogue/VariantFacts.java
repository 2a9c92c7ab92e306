package io.foldserve.serving.catalogue;

import io.foldserve.fold.result.Size;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about a loaded variant, for people and for meters. Immutable and thread-safe.
 *
 * @param architecture the declared network's name, {@code layers} for a list of layers, or {@code onnx} for an ONNX
 *     file
 * @param checkpoint the checkpoint's file name
 * @param notes what its user should know about the way it was built from the checkpoint
 * @param training parameters and multiply-accumulates (of one image) of the training form
 * @param folded parameters and multiply-accumulates of the folded form
 * @param proof how closely the folded form computes what was trained
 * @param timings how long each phase of loading took, by name, in order
 */
public record VariantFacts(
        String architecture,
        String checkpoint,
        List<String> notes,
        Size training,
        Size folded,
        ProofResult proof,
        Map<String, Duration> timings) {

    /** Copies the lists and keeps the order of the timings. */
    public VariantFacts {
        notes = List.copyOf(notes);
        timings = Collections.unmodifiableMap(new LinkedHashMap<>(timings));
    }
}
