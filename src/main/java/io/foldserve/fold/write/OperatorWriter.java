package io.foldserve.fold.write;

import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an operator that keeps its place, with its new numbers. Stateless. */
final class OperatorWriter {
    private OperatorWriter() {}

    /** The operator {@code kept}, the island called {@code names}, with {@code numbers}. */
    static Written write(KeptOperator kept, IslandNames names, StoredNumbers numbers) {
        Node node = kept.node();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put(names.kernel(0), numbers.kernel());
        if (kept.biased()) {
            constants.put(names.bias(0), numbers.bias());
        }
        List<String> inputs = new ArrayList<>(node.inputs().subList(0, 1));
        inputs.addAll(constants.keySet());
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        // Gemm's factors are composed into kernel and bias.
        if (node.is("Gemm")) {
            attributes.remove("alpha");
            attributes.remove("beta");
        }
        String op = node.is("MatMul") && kept.biased() ? "Gemm" : node.op();
        Node written = new Node(node.name(), node.domain(), op, inputs, node.outputs(), attributes);
        return new Written(List.of(written), constants);
    }
}
