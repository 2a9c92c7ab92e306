package io.foldserve.fold.audit;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph of one input, {@link #INPUT}, under way. Not thread-safe; belongs to one measurement. */
final class MeasuredGraph {
    /** What the graph computes on. */
    static final String INPUT = "x";

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new HashMap<>();

    /** The value of {@code tensor}. */
    String constant(Tensor tensor) {
        String name = "c" + constants.size();
        constants.put(name, tensor);
        return name;
    }

    /** The value that an operator of {@code inputs} computes. */
    String add(String op, List<String> inputs, Map<String, Attribute> attributes) {
        String name = "y" + nodes.size();
        nodes.add(new Node(name, "", op, inputs, List.of(name), attributes));
        return name;
    }

    /** The graph, whose output is the last value, for an input of {@code shape}. */
    Graph of(int opset, Shape shape) {
        Value input = Value.of(INPUT, DType.FLOAT64, shape);
        String last = nodes.get(nodes.size() - 1).output();
        List<Value> outputs = List.of(new Value(last, DType.FLOAT64, List.of()));
        return new Graph(last, opset, List.of(input), outputs, nodes, constants);
    }
}
