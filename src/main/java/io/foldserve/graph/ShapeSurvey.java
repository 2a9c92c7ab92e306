package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be said about a graph's shapes without giving up: values that depend on an unknown operator, an input of
 * unknown extents or a refused node have no shape, all others do. Immutable.
 */
final class ShapeSurvey {
    private final Map<String, Operand> known = new LinkedHashMap<>();
    private final List<ShapeException> refusals = new ArrayList<>();

    private ShapeSurvey() {}

    static ShapeSurvey of(Graph graph) {
        return of(graph, Map.of());
    }

    static ShapeSurvey of(Graph graph, Map<String, Tensor> computed) {
        ShapeSurvey survey = new ShapeSurvey();
        for (Value input : graph.inputs()) {
            input.shape().ifPresent(shape -> survey.known.put(input.name(), Operand.of(shape)));
        }
        graph.constants().forEach((name, tensor) -> survey.known.put(name, Operand.of(tensor)));
        for (Node node : graph.nodes()) {
            if (graph.understands(node)) {
                survey.visit(node);
            }
            node.outputs().stream()
                    .filter(computed::containsKey)
                    .forEach(output -> survey.known.put(
                            output,
                            Operand.of(Optional.ofNullable(computed.get(output)).orElseThrow())));
        }
        return survey;
    }

    private void visit(Node node) {
        boolean readable = node.inputs().stream().allMatch(input -> input.isEmpty() || known.containsKey(input));
        if (!readable || !Shapes.knows(node)) {
            return;
        }
        List<Optional<Operand>> operands = node.inputs().stream()
                .map(input -> Optional.ofNullable(known.get(input)))
                .toList();
        try {
            Shapes.assign(node, operands, known);
        } catch (UnknownShapeException unknown) {
            // Not a contradiction: the shape depends on data, or on an option that is not modelled.
            return;
        } catch (ShapeException refusal) {
            refusals.add(refusal);
        }
    }

    /** The shape of {@code value}, if it could be inferred. */
    Optional<Shape> shape(String value) {
        return Optional.ofNullable(known.get(value)).map(Operand::shape);
    }

    /** Every shape that could be inferred, by value. */
    Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        known.forEach((name, operand) -> shapes.put(name, operand.shape()));
        return Collections.unmodifiableMap(shapes);
    }

    /** The nodes whose inputs contradict them, in order. */
    List<ShapeException> refusals() {
        return Collections.unmodifiableList(refusals);
    }
}
