package io.foldserve.evaluate;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.graph.UnknownOperatorException;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How large the terms are that a linear operator sums: {@code Σ|K||x| + |b|} for each output element. The rounding
 * error of a sum grows with it and not with the sum, in which terms may cancel; errors are therefore judged relative to
 * it (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
 */
final class Magnitude {
    private static final Set<String> LINEAR = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum");

    private Magnitude() {}

    /**
     * The magnitude of the output of {@code node} (Conv, ConvTranspose, Gemm, MatMul or Einsum): the same operator on
     * the absolute values of its inputs. A FLOAT64 tensor of the output's shape, nowhere negative.
     *
     * @param values the values of the inputs that the node names, in order
     * @throws UnknownOperatorException for another operator
     * @throws io.foldserve.graph.ShapeException if the inputs contradict the operator
     */
    static Tensor of(Node node, List<Tensor> values) {
        if (!node.domain().isEmpty() || !LINEAR.contains(node.op())) {
            throw new UnknownOperatorException(node, "the magnitude of linear operators");
        }
        List<Tensor> absolute = values.stream().map(Magnitude::absolute).toList();
        return Evaluator.evaluate(withAbsoluteFactors(node), absolute).get(0);
    }

    private static Node withAbsoluteFactors(Node node) {
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        for (String factor : List.of("alpha", "beta")) {
            attributes.computeIfPresent(factor, (name, value) -> Attribute.of(Math.abs(node.real(name, 1.0))));
        }
        return new Node(node.name(), node.domain(), node.op(), node.inputs(), node.outputs(), attributes);
    }

    private static Tensor absolute(Tensor tensor) {
        double[] values = tensor.toDoubles();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Tensor.ofDoubles(tensor.shape(), values);
    }
}
