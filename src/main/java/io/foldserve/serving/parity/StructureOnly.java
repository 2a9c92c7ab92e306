package io.foldserve.serving.parity;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph's structure without the memory of its weights, kept for comparisons while the session holds the weights. */
public final class StructureOnly {
    /** Constants up to this many elements may be shapes or axes, which the structure depends on. */
    private static final int SMALL = 16;

    private StructureOnly() {}

    /** {@code graph} with the elements of its larger constants zero, all of them views of one buffer. */
    public static Graph of(Graph graph) {
        int largest = graph.constants().values().stream()
                .mapToInt(tensor -> tensor.bytes().remaining())
                .max()
                .orElse(0);
        ByteBuffer zeros = ByteBuffer.allocate(largest);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        graph.constants().forEach((name, tensor) -> constants.put(name, hollow(tensor, zeros)));
        return graph.with(graph.inputs(), graph.outputs(), graph.nodes(), constants);
    }

    private static Tensor hollow(Tensor tensor, ByteBuffer zeros) {
        return tensor.shape().size() <= SMALL
                ? tensor
                : Tensor.ofBytes(
                        tensor.dtype(),
                        tensor.shape(),
                        zeros.duplicate().limit(tensor.bytes().remaining()));
    }
}
