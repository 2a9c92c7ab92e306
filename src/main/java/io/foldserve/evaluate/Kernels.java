package io.foldserve.evaluate;

import io.foldserve.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Every operator's {@link Kernel}, by the operator's ONNX name. */
final class Kernels {
    private static final Map<String, Kernel> KERNELS = new HashMap<>();

    static {
        KERNELS.put("Conv", new Convolution());
        KERNELS.put("BatchNormalization", new BatchNormalization());
        KERNELS.put("ConvTranspose", new TransposedConvolution());
        KERNELS.put("Einsum", new Einsum());
        KERNELS.put("Pad", new Padding());
        KERNELS.put("Resize", new Resizing());
        KERNELS.putAll(Pooling.kernels());
        KERNELS.putAll(Activations.kernels());
        KERNELS.putAll(Arithmetic.kernels());
        KERNELS.putAll(Conversions.kernels());
        KERNELS.putAll(Products.kernels());
        KERNELS.putAll(Rearrangements.kernels());
        KERNELS.putAll(Reductions.kernels());
        KERNELS.putAll(Views.kernels());
    }

    private Kernels() {}

    static Optional<Kernel> find(Node node) {
        return node.domain().isEmpty() ? Optional.ofNullable(KERNELS.get(node.op())) : Optional.empty();
    }
}
