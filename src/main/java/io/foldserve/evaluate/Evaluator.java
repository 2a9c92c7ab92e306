package io.foldserve.evaluate;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Operand;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.UnknownOperatorException;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Interprets a {@link Graph} in float64, node by node, with the semantics of ONNX's operator specifications at opset 19
 * (inference only).
 *
 * <p>Real values are FLOAT64 throughout, whatever type the graph declares, also after a Cast to a narrower real type;
 * integers are INT64; booleans are BOOL. Nothing is reordered for the sake of speed in a way that depends on the
 * machine: the same graph and inputs give the same bits everywhere.
 *
 * <p>Stateless and thread-safe; one core per call. A value is dropped after its last reader.
 */
public final class Evaluator {
    private Evaluator() {}

    /**
     * All outputs of {@code graph}, by name and in order, for {@code inputs} by name.
     *
     * @throws IllegalArgumentException if an input is missing, has another shape than the graph declares, or a node
     *     reads a value that nothing before it assigns
     * @throws UnknownOperatorException if a node's operator is not known
     * @throws io.foldserve.graph.ShapeException if a node's inputs contradict its operator
     */
    public static Map<String, Tensor> evaluate(Graph graph, Map<String, Tensor> inputs) {
        Map<String, Tensor> values = new HashMap<>(graph.constants());
        for (Value input : graph.inputs()) {
            values.put(input.name(), expectInput(input, inputs));
        }
        Map<String, String> lastReaders = lastReaders(graph);
        for (Node node : graph.nodes()) {
            List<Tensor> results = run(node, operands(node, values));
            for (int i = 0; i < node.outputs().size(); i++) {
                values.put(node.outputs().get(i), results.get(i));
            }
            node.inputs().stream()
                    .filter(read -> node.name().equals(lastReaders.get(read)) && !graph.isOutput(read))
                    .forEach(values::remove);
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Value output : graph.outputs()) {
            outputs.put(output.name(), expectAssigned(values, output.name(), "the graph's output"));
        }
        return outputs;
    }

    /**
     * The outputs of {@code node}, in order, for the values of the inputs it names, in order (none for an omitted
     * optional input).
     *
     * @throws IllegalArgumentException if the number of values is not that of the named inputs
     * @throws UnknownOperatorException if the operator is not known
     * @throws io.foldserve.graph.ShapeException if the inputs contradict the operator
     */
    public static List<Tensor> evaluate(Node node, List<Tensor> values) {
        List<Optional<Tensor>> operands = new ArrayList<>();
        Iterator<Tensor> next = values.iterator();
        for (String input : node.inputs()) {
            operands.add(input.isEmpty() || !next.hasNext() ? Optional.empty() : Optional.of(next.next()));
        }
        long named = node.inputs().stream().filter(input -> !input.isEmpty()).count();
        if (named != values.size()) {
            throw new IllegalArgumentException(
                    "node %s names %d inputs, found %d values".formatted(node.name(), named, values.size()));
        }
        return run(node, operands);
    }

    /** True when {@link #evaluate(Node, List)} knows the operator of {@code node}. */
    public static boolean knows(Node node) {
        return Kernels.find(node).isPresent();
    }

    private static List<Tensor> run(Node node, List<Optional<Tensor>> inputs) {
        Kernel kernel = Kernels.find(node).orElseThrow(() -> new UnknownOperatorException(node, "the evaluator"));
        List<Optional<Tensor>> widened =
                inputs.stream().map(input -> input.map(Kinds::widened)).toList();
        List<Shape> shapes = Shapes.infer(
                node, widened.stream().map(input -> input.map(Operand::of)).toList());
        return kernel.run(new Call(node, widened, shapes));
    }

    private static Tensor expectInput(Value declared, Map<String, Tensor> inputs) {
        Tensor given = expectAssigned(inputs, declared.name(), "a run");
        List<Value.Dimension> dimensions = declared.dimensions().orElse(List.of());
        for (int axis = 0; axis < dimensions.size(); axis++) {
            Value.Dimension dimension = dimensions.get(axis);
            if (given.shape().rank() != dimensions.size()
                    || (dimension.isFixed()
                            && dimension.extent() != given.shape().extent(axis))) {
                throw new IllegalArgumentException("expected input %s, found %s".formatted(declared, given));
            }
        }
        return given;
    }

    private static List<Optional<Tensor>> operands(Node node, Map<String, Tensor> values) {
        List<Optional<Tensor>> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            operands.add(
                    input.isEmpty()
                            ? Optional.empty()
                            : Optional.of(expectAssigned(values, input, "node " + node.name())));
        }
        return operands;
    }

    private static Tensor expectAssigned(Map<String, Tensor> values, String name, String reader) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s needs %s, which has no value; there are %s".formatted(reader, name, values.keySet())));
    }

    private static Map<String, String> lastReaders(Graph graph) {
        Map<String, String> readers = new HashMap<>();
        graph.nodes().forEach(node -> node.inputs().forEach(input -> readers.put(input, node.name())));
        return readers;
    }
}
