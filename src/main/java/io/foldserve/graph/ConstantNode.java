package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** The constants that ONNX's operators Constant and ConstantOfShape yield, in whichever attribute they are given. */
public final class ConstantNode {
    private ConstantNode() {}

    /**
     * The tensor of {@code node}, a Constant; empty if it is one that no {@link Tensor} holds (strings, sparse
     * tensors).
     */
    public static Optional<Tensor> tensor(Node node) {
        if (node.attributes().size() != 1) {
            return Optional.empty();
        }
        Attribute attribute = node.attributes().values().iterator().next();
        if (attribute instanceof Attribute.Value constant) {
            return Optional.of(constant.value());
        } else if (attribute instanceof Attribute.Int integer) {
            return Optional.of(Tensor.ofLongs(Shape.of(), integer.value()));
        } else if (attribute instanceof Attribute.Ints integers) {
            List<Long> values = integers.values();
            return Optional.of(Tensor.ofLongs(
                    Shape.of(values.size()),
                    values.stream().mapToLong(Long::longValue).toArray()));
        } else if (attribute instanceof Attribute.Real real) {
            return Optional.of(Tensor.ofFloats(Shape.of(), (float) real.value()));
        } else if (attribute instanceof Attribute.Reals reals) {
            return Optional.of(floats(reals.values()));
        }
        return Optional.empty();
    }

    /**
     * The element that {@code node}, a ConstantOfShape, fills its output with, by default the real number 0; empty if
     * no {@link Tensor} holds it.
     */
    public static Optional<Tensor> element(Node node) {
        return node.attributes().isEmpty() ? Optional.of(Tensor.ofFloats(Shape.of(1), 0)) : tensor(node);
    }

    private static Tensor floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return Tensor.ofFloats(Shape.of(floats.length), floats);
    }
}
