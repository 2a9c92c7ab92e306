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
 * Infers the shapes of a graph's values from its inputs' and constants' shapes, as the ONNX operator specifications of
 * opset 19 define them. An operator that reads a shape (Reshape, Slice, Resize, …) must read it from a constant.
 *
 * <p>Stateless and thread-safe.
 */
public final class Shapes {
    private Shapes() {}

    /**
     * The shape of every value of {@code graph}: inputs, constants, and every node's outputs, in that order.
     *
     * @throws ShapeException if a node's inputs or attributes contradict its operator
     * @throws UnknownOperatorException if a node's operator is not known
     * @throws IllegalArgumentException if an input has an unknown extent, or a node reads a value that nothing before it
     *     assigns
     */
    public static Map<String, Shape> infer(Graph graph) {
        Map<String, Operand> known = new LinkedHashMap<>();
        for (Value input : graph.inputs()) {
            known.put(input.name(), Operand.of(expectFixed(input)));
        }
        graph.constants().forEach((name, tensor) -> known.put(name, Operand.of(tensor)));
        for (Node node : graph.nodes()) {
            assign(node, operands(node, known), known);
        }
        Map<String, Shape> shapes = new LinkedHashMap<>();
        known.forEach((name, operand) -> shapes.put(name, operand.shape()));
        return Collections.unmodifiableMap(shapes);
    }

    /**
     * The shapes that can be known: values that depend on an unknown operator, on data or on an input of unknown extents
     * are left out.
     *
     * @throws ShapeException if a node's inputs or attributes contradict its operator
     */
    public static Map<String, Shape> known(Graph graph) {
        return known(graph, Map.of());
    }

    /**
     * {@link #known(Graph)}, with the elements of some values known that nodes compute.
     *
     * @param computed values by name, as the graph computes them
     */
    public static Map<String, Shape> known(Graph graph, Map<String, Tensor> computed) {
        ShapeSurvey survey = ShapeSurvey.of(graph, computed);
        if (!survey.refusals().isEmpty()) {
            throw survey.refusals().get(0);
        }
        return survey.shapes();
    }

    /**
     * The shapes of {@code node}'s outputs, in order, from what is known of its inputs; an omitted optional input is
     * empty.
     *
     * @throws ShapeException if inputs or attributes contradict the operator
     * @throws UnknownOperatorException if the operator is not known
     */
    public static List<Shape> infer(Node node, List<Optional<Operand>> inputs) {
        ShapeRule rule = ShapeRules.find(node).orElseThrow(() -> new UnknownOperatorException(node, "shape inference"));
        try {
            List<Shape> shapes = rule.outputs(new ShapeQuery(node, inputs));
            if (shapes.size() < node.outputs().size()) {
                throw new UnknownShapeException(
                        node, "expected at most %d outputs, found %s".formatted(shapes.size(), node.outputs()));
            }
            return shapes;
        } catch (IllegalArgumentException | ArithmeticException impossible) {
            ShapeException refused = new ShapeException(node, String.valueOf(impossible.getMessage()));
            refused.initCause(impossible);
            throw refused;
        }
    }

    /** True when the operator of {@code node} is known. */
    public static boolean knows(Node node) {
        return ShapeRules.find(node).isPresent();
    }

    /** Adds the outputs of {@code node} to {@code known}, with their elements where they follow from shapes alone. */
    static void assign(Node node, List<Optional<Operand>> inputs, Map<String, Operand> known) {
        List<Shape> shapes = infer(node, inputs);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                known.put(node.outputs().get(i), new Operand(shapes.get(i), value(node, inputs)));
            }
        }
    }

    private static Optional<Tensor> value(Node node, List<Optional<Operand>> inputs) {
        if (node.is("Constant")) {
            return ConstantNode.tensor(node);
        }
        if (node.is("Shape") && node.attributes().isEmpty()) {
            return inputs.get(0)
                    .map(Operand::shape)
                    .map(shape -> Tensor.ofLongs(Shape.of(shape.rank()), shape.toLongs()));
        }
        return Optional.empty();
    }

    private static List<Optional<Operand>> operands(Node node, Map<String, Operand> known) {
        List<Optional<Operand>> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            Operand operand = known.get(input);
            if (operand == null && !input.isEmpty()) {
                throw new IllegalArgumentException(
                        "node %s reads %s, which nothing before it assigns".formatted(node.name(), input));
            }
            operands.add(Optional.ofNullable(operand));
        }
        return operands;
    }

    private static Shape expectFixed(Value input) {
        return input.shape()
                .orElseThrow(() -> new IllegalArgumentException("input " + input + " has an unknown extent"));
    }
}
