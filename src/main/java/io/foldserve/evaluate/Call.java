package io.foldserve.evaluate;

import io.foldserve.graph.Node;
import io.foldserve.graph.ShapeException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * One application of an operator: the node, its inputs' values and its outputs' shapes, which are known to fit each
 * other. Immutable.
 */
final class Call {
    private final Node node;
    private final List<Optional<Tensor>> inputs;
    private final List<Shape> outputs;

    Call(Node node, List<Optional<Tensor>> inputs, List<Shape> outputs) {
        this.node = node;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
    }

    Node node() {
        return node;
    }

    int inputs() {
        return inputs.size();
    }

    Optional<Tensor> find(int index) {
        return index < inputs.size() ? inputs.get(index) : Optional.empty();
    }

    Tensor tensor(int index) {
        return find(index).orElseThrow(() -> refused("input %d is missing".formatted(index)));
    }

    Shape shape(int index) {
        return tensor(index).shape();
    }

    double[] doubles(int index) {
        return tensor(index).toDoubles();
    }

    Optional<long[]> findLongs(int index) {
        return find(index).map(Tensor::toLongs);
    }

    Shape output(int index) {
        return outputs.get(index);
    }

    int outputs() {
        return outputs.size();
    }

    /** The single real result. */
    List<Tensor> real(double[] values) {
        return List.of(Tensor.ofDoubles(output(0), values));
    }

    /** The single result, of the kind of input {@code index}: real, integer or boolean. */
    List<Tensor> like(int index, double[] values) {
        return List.of(Kinds.tensor(tensor(index).dtype(), output(0), values));
    }

    /** Refuses an attribute that asks for what this interpreter does not compute. */
    void check(boolean holds, String expected, Object found) {
        if (!holds) {
            throw refused("expected %s, found %s".formatted(expected, found));
        }
    }

    ShapeException refused(String problem) {
        return new ShapeException(node, problem);
    }

    /** The kind of input {@code index}: FLOAT64, INT64 or BOOL. */
    DType kind(int index) {
        return tensor(index).dtype();
    }
}
