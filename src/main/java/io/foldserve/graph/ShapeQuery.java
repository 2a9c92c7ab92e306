package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** A node with what is known of its inputs, as a {@link ShapeRule} asks for them. Immutable. */
final class ShapeQuery {
    private final Node node;
    private final List<Optional<Operand>> inputs;

    ShapeQuery(Node node, List<Optional<Operand>> inputs) {
        this.node = node;
        this.inputs = List.copyOf(inputs);
    }

    Node node() {
        return node;
    }

    int inputs() {
        return inputs.size();
    }

    Optional<Shape> find(int index) {
        return operand(index).map(Operand::shape);
    }

    Shape shape(int index) {
        return find(index).orElseThrow(() -> refused("input %d is missing".formatted(index)));
    }

    /** The elements of integer input {@code index}; empty if the input is not given. */
    Optional<long[]> findLongs(int index) {
        return operand(index).map(operand -> operand.value()
                .filter(value -> !value.dtype().isFloating())
                .orElseThrow(() -> unknown("input %d (%s) must be an integer constant"
                        .formatted(index, node.inputs().get(index))))
                .toLongs());
    }

    long[] longs(int index) {
        return findLongs(index).orElseThrow(() -> refused("input %d is missing".formatted(index)));
    }

    /** The elements of real input {@code index}; empty if the input is not given or has no elements. */
    Optional<double[]> findDoubles(int index) {
        return operand(index).filter(operand -> operand.shape().size() > 0).map(operand -> operand.value()
                .orElseThrow(() -> unknown("input %d (%s) must be a constant"
                        .formatted(index, node.inputs().get(index))))
                .toDoubles());
    }

    private Optional<Operand> operand(int index) {
        return index < inputs.size() ? inputs.get(index) : Optional.empty();
    }

    int axis(long axis, int rank) {
        return Axes.normal(node, axis, rank);
    }

    /** Refuses the node unless {@code holds}. */
    void check(boolean holds, String expected, Object found) {
        if (!holds) {
            throw refused("expected %s, found %s".formatted(expected, found));
        }
    }

    /** What to throw when shapes depend on what is not known. */
    ShapeException unknown(String reason) {
        return new UnknownShapeException(node, reason);
    }

    ShapeException refused(String problem) {
        return new ShapeException(node, problem);
    }
}
