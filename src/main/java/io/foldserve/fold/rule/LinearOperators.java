package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the operators that rules can compose: linear in one value, with a constant kernel. Stateless apart from what is
 * known of the graph.
 */
public final class LinearOperators {
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;

    public LinearOperators(ConstantValues constants, Map<String, Shape> shapes) {
        this.constants = constants;
        this.shapes = shapes;
    }

    /** What the linear operator {@code node} is; only if {@link #whyNot} is empty. */
    public LinearOperator operator(Node node) {
        Shape kernel = shape(node.inputs().get(1));
        return new LinearOperator(node, constants, KernelLayout.of(node, kernel), kernel);
    }

    /** Why the linear operator {@code node} cannot be composed with others, if so. */
    public Optional<String> whyNot(Node node) {
        String kernel = node.inputs().get(1);
        if (!constants.contains(kernel)) {
            return Optional.of(kernelNotConstant(node, kernel));
        }
        if (constants.foldedType(kernel).isEmpty()) {
            return Optional.of(kernelType(node, constants.type(kernel)));
        }
        if (find(kernel).isEmpty()) {
            return Optional.of(kernelShape(node, kernel));
        }
        if (node.integer("transA", 0) != 0) {
            return Optional.of(transposedInput(node));
        }
        boolean bySize = node.attributes().containsKey("output_shape")
                || node.text("auto_pad", "NOTSET").startsWith("SAME");
        if (node.is("ConvTranspose") && bySize) {
            return Optional.of(outputShape(node));
        }
        if (node.is("MatMul")) {
            Optional<Integer> data = find(node.inputs().get(0)).map(Shape::rank);
            if (data.isEmpty()) {
                return Optional.of(productOfUnknown(node, node.inputs().get(0)));
            }
            if (data.get() < 2 || shape(kernel).rank() != 2) {
                return Optional.of(
                        productOfRanks(node, data.get(), shape(kernel).rank()));
            }
        }
        return node.input(2).flatMap(bias -> whyNotBias(node, bias));
    }

    private Optional<String> whyNotBias(Node node, String bias) {
        if (!constants.contains(bias)) {
            return Optional.of(biasNotConstant(node, bias));
        }
        if (find(bias).isEmpty()) {
            return Optional.of(biasShapeUnknown(node, bias));
        }
        int outputs = KernelLayout.of(node, shape(node.inputs().get(1))).outputs();
        return perChannel(shape(bias), outputs)
                ? Optional.empty()
                : Optional.of(Reasons.biasShape(node, bias, shape(bias), outputs));
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

    private static String kernelNotConstant(Node node, String kernel) {
        return "%s reads its kernel %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), kernel);
    }

    private static String kernelType(Node node, DType found) {
        return "%s has a kernel of %s, expected FLOAT32, FLOAT16 or BFLOAT16; export the network in float32."
                .formatted(at(node), found);
    }

    private static String kernelShape(Node node, String kernel) {
        return "%s has a kernel %s of unknown shape; %s.".formatted(at(node), kernel, STATIC);
    }

    private static String transposedInput(Node node) {
        return "%s transposes its input (transA = 1), expected transA = 0; transpose the input in a node before it."
                .formatted(at(node));
    }

    private static String outputShape(Node node) {
        return ("%s pads as its output's shape asks (auto_pad or output_shape), expected explicit pads; export with "
                        + "pads.")
                .formatted(at(node));
    }

    private static String productOfUnknown(Node node, String value) {
        return "%s multiplies %s of unknown shape, expected a matrix; %s.".formatted(at(node), value, STATIC);
    }

    private static String productOfRanks(Node node, int data, int kernel) {
        return ("%s multiplies values of rank %d and %d, expected a constant matrix on the right; export it as a "
                        + "fully connected layer.")
                .formatted(at(node), data, kernel);
    }

    private static String biasNotConstant(Node node, String bias) {
        return "%s reads its bias %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), bias);
    }

    private static String biasShapeUnknown(Node node, String bias) {
        return "%s has a bias %s of unknown shape; %s.".formatted(at(node), bias, STATIC);
    }
}
