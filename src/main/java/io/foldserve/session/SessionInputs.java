package io.foldserve.session;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a session takes.
 *
 * @param model the model's name, for messages
 * @param declared the graph's inputs
 */
record SessionInputs(String model, List<Value> declared) {

    /**
     * The inputs of {@code graph}.
     *
     * @throws io.foldserve.problem.InvalidInputException if there are none, or an input or output is of a type that
     *     cannot cross into a session
     */
    static SessionInputs of(Graph graph) {
        Problems problems = new Problems("model " + graph.name());
        if (graph.inputs().isEmpty()) {
            problems.add("a session needs a graph with at least one input");
        }
        Stream.concat(graph.inputs().stream(), graph.outputs().stream())
                .filter(value ->
                        value.dtype().flatMap(TensorTranslator::dataType).isEmpty())
                .forEach(value -> problems.add("%s is %s, which a session can neither take nor return"
                        .formatted(
                                value.name(),
                                value.dtype().map(DType::toString).orElse("of a type without a counterpart"))));
        problems.throwIfAny();
        return new SessionInputs(graph.name(), graph.inputs());
    }

    /**
     * Accepts the tensors of a run.
     *
     * @throws io.foldserve.problem.InvalidInputException if they are not exactly what was declared
     */
    void check(Map<String, Tensor> given) {
        Problems problems = new Problems("model " + model);
        declared.forEach(input -> check(input, given.get(input.name()), problems));
        List<String> names = declared.stream().map(Value::name).toList();
        given.keySet().stream()
                .filter(name -> !names.contains(name))
                .sorted()
                .forEach(name -> problems.add("there is no input " + name + "; the inputs are " + names));
        problems.throwIfAny();
    }

    private static void check(Value input, @Nullable Tensor given, Problems problems) {
        if (given == null) {
            problems.add("input " + input + " is missing");
        } else if (!input.dtype().equals(Optional.of(given.dtype()))
                || !input.dimensions().map(known -> fits(known, given.shape())).orElse(true)) {
            problems.add("expected input %s, found %s".formatted(input, given));
        } else if (given.shape().size() == 0) {
            problems.add("input %s has no elements: %s".formatted(input.name(), given));
        }
    }

    private static boolean fits(List<Value.Dimension> dimensions, Shape shape) {
        return dimensions.size() == shape.rank()
                && IntStream.range(0, shape.rank())
                        .allMatch(axis -> !dimensions.get(axis).isFixed()
                                || dimensions.get(axis).extent() == shape.extent(axis));
    }
}
