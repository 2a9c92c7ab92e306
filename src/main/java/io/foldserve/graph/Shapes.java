package io.foldserve.graph;

import io.foldserve.tensor.ElementCountException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Infers the shapes of a graph's values from its inputs' and constants' shapes, as the ONNX operator specifications of
 * opset 19 define them. An operator that reads a shape (Reshape, Slice, Resize, …) must read it from a constant.
 *
 * <p>Stateless and thread-safe.
 */
public final class Shapes {
    /** The most elements of a value that a node makes: 1 GiB of FLOAT32. */
    public static final int LARGEST = 1 << 28;

    private Shapes() {}

    /**
     * The shape of every value of {@code graph}: inputs, constants, and every node's outputs, in that order.
     *
     * @throws ShapeException if a node's inputs or attributes contradict its operator
     * @throws UnknownOperatorException if a node's operator is not known
     * @throws IllegalArgumentException if an input has an unknown extent, or a node reads a value that nothing before
     *     it assigns
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
     * The shapes of {@code node}'s outputs, in order, from what is known of its inputs; an omitted optional input is
     * empty.
     *
     * @throws ShapeException if inputs or attributes contradict the operator
     * @throws ValueTooLargeException if an output would have more elements than {@link #LARGEST}
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
            for (Shape shape : shapes) {
                if (shape.size() > LARGEST) {
                    throw tooLarge(node, shape.toString());
                }
            }
            return shapes;
        } catch (ArithmeticException | ElementCountException impossible) {
            throw tooLarge(node, String.valueOf(impossible.getMessage()));
        } catch (IllegalArgumentException impossible) {
            ShapeException refused = new ShapeException(node, String.valueOf(impossible.getMessage()));
            refused.initCause(impossible);
            throw refused;
        }
    }

    private static ValueTooLargeException tooLarge(Node node, String found) {
        return new ValueTooLargeException(
                node, "makes a value of more than the %d elements that one may have: %s".formatted(LARGEST, found));
    }

    /** True when the operator of {@code node} is known. */
    public static boolean knows(Node node) {
        return ShapeRules.find(node).isPresent();
    }

    private static void assign(Node node, List<Optional<Operand>> inputs, Map<String, Operand> known) {
        List<Shape> shapes = infer(node, inputs);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                known.put(node.outputs().get(i), new Operand(shapes.get(i), elements(node, inputs)));
            }
        }
    }

    /** The elements of the only output of {@code node}, where they follow from shapes alone. */
    static Optional<Tensor> elements(Node node, List<Optional<Operand>> inputs) {
        if (node.is("Constant")) {
            return ConstantNode.tensor(node);
        }
        return node.is("Shape") ? inputs.get(0).map(operand -> extents(node, operand.shape())) : Optional.empty();
    }

    private static Tensor extents(Node node, Shape shape) {
        SliceRange range = SliceRange.of(node.integer("start", 0), node.integer("end", shape.rank()), 1, shape.rank());
        long[] extents = IntStream.range(range.start(), range.start() + range.count())
                .mapToLong(shape::extent)
                .toArray();
        return Tensor.ofLongs(Shape.of(extents.length), extents);
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
