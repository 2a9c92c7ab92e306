package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;

/**
 * How far two runs of one network may be apart, relative to the largest output: what is declared for float32, and where
 * a network computes in something coarser, {@value #UNITS} of that type's unit roundoffs.
 */
final class Tolerance {
    /** Errors of one rounding that may add up along a network that rounds to 16 bits or fewer. */
    static final int UNITS = 20;

    private static final double FLOAT16 = DType.FLOAT16.unitRoundoff();
    private static final double BFLOAT16 = DType.BFLOAT16.unitRoundoff();
    private static final double INT8 = 0x1p-8;
    private static final long ONNX_FLOAT16 = 10;
    private static final long ONNX_BFLOAT16 = 16;

    private Tolerance() {}

    /** The tolerance for {@code graph} where {@code declared} is that of float32. */
    static double of(Graph graph, double declared) {
        double unit = 0;
        for (Node node : graph.nodes()) {
            unit = Math.max(unit, unit(node));
        }
        if (holds(graph, DType.FLOAT16)) {
            unit = Math.max(unit, FLOAT16);
        }
        if (holds(graph, DType.BFLOAT16)) {
            unit = Math.max(unit, BFLOAT16);
        }
        return Math.max(declared, UNITS * unit);
    }

    private static boolean holds(Graph graph, DType dtype) {
        return graph.constants().values().stream().anyMatch(tensor -> tensor.dtype() == dtype);
    }

    private static double unit(Node node) {
        if (node.op().contains("Quantize")
                || node.op().startsWith("QLinear")
                || node.op().endsWith("Integer")) {
            return INT8;
        }
        long cast = node.is("Cast") ? node.integer("to", 0) : 0;
        return cast == ONNX_FLOAT16 ? FLOAT16 : cast == ONNX_BFLOAT16 ? BFLOAT16 : 0;
    }
}
