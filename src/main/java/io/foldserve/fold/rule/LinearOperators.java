package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the operators that rules can compose: linear in one value, with a constant kernel. Stateless apart from the graph. */
public final class LinearOperators {
    private final Graph graph;
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;

    public LinearOperators(Graph graph, ConstantValues constants, Map<String, Shape> shapes) {
        this.graph = graph;
        this.constants = constants;
        this.shapes = shapes;
    }

    /** The linear operator {@code node} as a layer; only if {@link #whyNot} is empty. */
    public Layer layer(Node node) {
        Shape kernel = shape(node.inputs().get(1));
        return new Layer(node, constants, KernelLayout.of(node, kernel), kernel, Optional.empty(), List.of());
    }

    /** Why the linear operator {@code node} cannot be composed with others, if so. */
    public Optional<String> whyNot(Node node) {
        String kernel = node.inputs().get(1);
        if (!constants.contains(kernel)) {
            return Optional.of(KernelReasons.kernelNotConstant(node, kernel));
        }
        if (graph.carried().isFromFile() && constants.type(kernel) != DType.FLOAT32) {
            return Optional.of(KernelReasons.kernelType(node, constants.type(kernel)));
        }
        if (find(kernel).isEmpty()) {
            return Optional.of(KernelReasons.kernelShape(node, kernel));
        }
        if (node.integer("transA", 0) != 0) {
            return Optional.of(KernelReasons.transposedInput(node));
        }
        if (node.is("MatMul")) {
            Optional<Integer> data = find(node.inputs().get(0)).map(Shape::rank);
            if (data.isEmpty()) {
                return Optional.of(
                        KernelReasons.productOfUnknown(node, node.inputs().get(0)));
            }
            if (data.get() < 2 || shape(kernel).rank() != 2) {
                return Optional.of(KernelReasons.productOfRanks(
                        node, data.get(), shape(kernel).rank()));
            }
        }
        return node.input(2).flatMap(bias -> whyNotBias(node, bias));
    }

    private Optional<String> whyNotBias(Node node, String bias) {
        if (!constants.contains(bias)) {
            return Optional.of(KernelReasons.biasNotConstant(node, bias));
        }
        if (find(bias).isEmpty()) {
            return Optional.of(KernelReasons.biasShapeUnknown(node, bias));
        }
        int outputs = KernelLayout.of(node, shape(node.inputs().get(1))).outputs();
        return perChannel(shape(bias), outputs)
                ? Optional.empty()
                : Optional.of(KernelReasons.biasShape(node, bias, shape(bias), outputs));
    }

    /** True when a tensor of {@code shape} adds one value to each of {@code outputs} columns, or one to all. */
    public static boolean perChannel(Shape shape, int outputs) {
        return shape.size() == 1 || (shape.size() == outputs && shape.extent(-1) == outputs);
    }

    private Optional<Shape> find(String value) {
        return Optional.ofNullable(shapes.get(value));
    }

    private Shape shape(String value) {
        return find(value).orElseThrow(() -> new IllegalStateException("the shape of " + value + " is not known"));
    }
}
