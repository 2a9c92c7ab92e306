package io.foldserve.session;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What may go into a session: decided for a graph when it is opened, and for the tensors of every run. */
final class SessionInputs {
    private SessionInputs() {}

    static void refuseUnsupported(Graph graph) {
        Problems problems = new Problems("model " + graph.name());
        if (graph.inputs().isEmpty()) {
            problems.add("a session needs a graph with at least one input");
        }
        Stream.concat(graph.inputs().stream(), graph.outputs().stream())
                .filter(value -> TensorTranslator.dataType(value.dtype()).isEmpty())
                .forEach(value -> problems.add("%s is %s, which a session can neither take nor return"
                        .formatted(value.name(), value.dtype())));
        problems.throwIfAny();
    }

    static void check(Graph graph, Map<String, Tensor> inputs) {
        Problems problems = new Problems("model " + graph.name());
        for (Value input : graph.inputs()) {
            Tensor tensor = inputs.get(input.name());
            if (tensor == null) {
                problems.add("input " + input + " is missing");
            } else if (tensor.dtype() != input.dtype() || !fits(input.dimensions(), tensor.shape())) {
                problems.add("expected input %s, found %s".formatted(input, tensor));
            } else if (tensor.shape().size() == 0) {
                problems.add("input %s has no elements: %s".formatted(input.name(), tensor));
            }
        }
        if (inputs.size() > graph.inputs().size() || !problems.isEmpty()) {
            addLeftOver(graph, inputs, problems);
        }
        problems.throwIfAny();
    }

    private static boolean fits(List<Value.Dimension> dimensions, Shape shape) {
        if (dimensions.size() != shape.rank()) {
            return false;
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            Value.Dimension dimension = dimensions.get(axis);
            if (dimension.isFixed() && dimension.extent() != shape.extent(axis)) {
                return false;
            }
        }
        return true;
    }

    private static void addLeftOver(Graph graph, Map<String, Tensor> inputs, Problems problems) {
        List<String> known = graph.inputs().stream().map(Value::name).toList();
        inputs.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> problems.add("there is no input " + name + "; the inputs are " + known));
    }
}
