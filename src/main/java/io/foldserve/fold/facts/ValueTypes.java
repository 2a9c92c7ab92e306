package io.foldserve.fold.facts;

import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Shapes;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The element types of a graph's values, as far as they follow from those of inputs and constants. Grows node by node,
 * in execution order; belongs to one fold.
 */
public final class ValueTypes {
    /** Known operators whose first output is not of their first input's type. */
    private static final Set<String> OTHER_TYPES = Set.of("Cast", "CastLike", "Shape", "ArgMax", "Constant");

    private final Graph graph;
    private final Map<String, DType> types = new HashMap<>();

    private ValueTypes(Graph graph) {
        this.graph = graph;
        graph.inputs().forEach(input -> input.dtype().ifPresent(dtype -> types.put(input.name(), dtype)));
        graph.constants().forEach((name, tensor) -> types.put(name, tensor.dtype()));
    }

    /** The types of inputs and constants alone. */
    public static ValueTypes before(Graph graph) {
        return new ValueTypes(graph);
    }

    /** The types of all values. */
    public static ValueTypes of(Graph graph) {
        ValueTypes types = new ValueTypes(graph);
        graph.nodes().forEach(types::add);
        return types;
    }

    /** Adds the output of {@code node}, whose inputs were added before. */
    public void add(Node node) {
        typeOf(node).ifPresent(type -> types.put(node.output(), type));
    }

    /** The type of {@code value}, if it is known. */
    public Optional<DType> find(String value) {
        return Optional.ofNullable(types.get(value));
    }

    private Optional<DType> typeOf(Node node) {
        if (!graph.understands(node) || node.outputs().isEmpty()) {
            return Optional.empty();
        }
        if (node.is("Cast")) {
            return node.elementType("to");
        }
        if (node.is("Constant")) {
            return ConstantNode.tensor(node).map(Tensor::dtype);
        }
        // Operands of these have one type, so a kernel tells that of data from an unknown operator.
        boolean same = Shapes.knows(node) && !OTHER_TYPES.contains(node.op());
        Optional<DType> first = same ? node.input(0).flatMap(this::find) : Optional.empty();
        return first.or(() -> Operators.isLinear(node) ? node.input(1).flatMap(this::find) : Optional.empty());
    }
}
