package io.foldserve.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The large constants of a graph that are outside the heap, for ONNX Runtime to read where they are: written into the
 * model they would be copied three times, each copy in fresh pages. Sessions of graphs that share a constant share its
 * memory too, which is kept while this is open.
 */
final class Weights implements AutoCloseable {
    /** In bytes. The runtime computes shapes from smaller ones, for which it wants them in the model. */
    private static final int LARGE = 4096;

    private final Map<String, OnnxTensorLike> tensors = new LinkedHashMap<>();

    private Weights() {}

    static Weights of(Graph graph) throws OrtException {
        Weights weights = new Weights();
        try {
            // The runtime looks for what subgraphs read in the model alone.
            if (graph.nodes().stream().noneMatch(Node::hasSubgraphs)) {
                weights.share(graph);
            }
            return weights;
        } catch (OrtException | RuntimeException failure) {
            weights.close();
            throw failure;
        }
    }

    private void share(Graph graph) throws OrtException {
        for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
            Tensor tensor = constant.getValue();
            if (tensor.isOutsideHeap() && isLarge(tensor) && !graph.isOutput(constant.getKey())) {
                tensors.put(constant.getKey(), shared(tensor));
            }
        }
    }

    /** {@code graph} with its large constants outside the heap, so that all its sessions share them. */
    static Graph outsideHeap(Graph graph) {
        return graph.withConstants(tensor -> isLarge(tensor) ? tensor.outsideHeap() : tensor);
    }

    private static boolean isLarge(Tensor tensor) {
        return tensor.dtype().isFloating() && tensor.bytes().remaining() >= LARGE;
    }

    private static OnnxTensor shared(Tensor tensor) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), tensor.bytes(), tensor.shape().toLongs(), type(tensor.dtype()));
    }

    private static OnnxJavaType type(DType dtype) {
        return switch (dtype) {
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            default -> throw new IllegalArgumentException(dtype + " is no real type");
        };
    }

    Set<String> names() {
        return tensors.keySet();
    }

    Map<String, OnnxTensorLike> tensors() {
        return tensors;
    }

    /** To be called after the sessions that read these are closed. */
    @Override
    public void close() {
        tensors.values().forEach(OnnxTensorLike::close);
    }
}
