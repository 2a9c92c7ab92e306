package io.foldserve.serving.manifest;

import io.foldserve.architecture.Declaration;
import java.util.Optional;

/** Where a variant's network comes from. Immutable and thread-safe. */
public sealed interface CheckpointSource {

    /**
     * An ONNX file, which has its network in it.
     *
     * @param output the name of the output that is served, if the file must not choose among several
     */
    record OnnxFile(Optional<String> output) implements CheckpointSource {
        /** The words for people. */
        @Override
        public String toString() {
            return "an ONNX file";
        }
    }

    /**
     * A training checkpoint, whose network is declared.
     *
     * @param entry which of the file's state dicts is meant ({@code model_ema}), if the file must not choose; see
     *     {@link io.foldserve.checkpoint.CheckpointReader#read(java.nio.file.Path, Optional)}
     * @param declaration the network that was trained
     */
    record Training(Optional<String> entry, Declaration declaration) implements CheckpointSource {
        /** The network as it was declared. */
        @Override
        public String toString() {
            return declaration.toString();
        }
    }

    /** The architecture's name; {@code layers} for a list of layers, {@code onnx} for an ONNX file. */
    default String network() {
        return this instanceof Training training ? training.declaration().name() : "onnx";
    }
}
