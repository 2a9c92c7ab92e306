package io.foldserve.task;

import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/** A sigmoid written out: 1 / (1 + exp(−x)), by division or as a reciprocal. */
final class WrittenSigmoid {
    private WrittenSigmoid() {}

    /** The x of {@code last}, if that ends a sigmoid. */
    static Optional<String> scores(Graph graph, Node last) {
        if (last.is("Reciprocal")) {
            return denominator(graph, last.inputs().get(0));
        }
        return last.is("Div") && isOne(graph, last.inputs().get(0))
                ? denominator(graph, last.inputs().get(1))
                : Optional.empty();
    }

    private static Optional<String> denominator(Graph graph, String value) {
        Optional<Node> sum = graph.producer(value).filter(node -> node.is("Add"));
        if (sum.isEmpty()) {
            return Optional.empty();
        }
        String left = sum.orElseThrow().inputs().get(0);
        String right = sum.orElseThrow().inputs().get(1);
        return isOne(graph, left)
                ? negated(graph, right)
                : isOne(graph, right) ? negated(graph, left) : Optional.empty();
    }

    private static Optional<String> negated(Graph graph, String exponential) {
        return graph.producer(exponential)
                .filter(node -> node.is("Exp"))
                .flatMap(node -> graph.producer(node.inputs().get(0)))
                .filter(node -> node.is("Neg"))
                .map(node -> node.inputs().get(0));
    }

    private static boolean isOne(Graph graph, String value) {
        Optional<Tensor> constant = graph.constant(value).or(() -> graph.producer(value)
                .filter(node -> node.is("Constant"))
                .flatMap(ConstantNode::tensor));
        return constant.filter(
                        tensor -> tensor.dtype().isFloating() && tensor.shape().size() == 1)
                .filter(tensor -> tensor.toDoubles()[0] == 1)
                .isPresent();
    }
}
