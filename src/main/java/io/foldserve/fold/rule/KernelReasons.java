package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;

/** The {@link Reasons} about the kernels and biases of convolutions and matrix products. Stateless. */
public final class KernelReasons {
    private KernelReasons() {}

    public static String kernelNotConstant(Node node, String kernel) {
        return "%s reads its kernel %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), kernel);
    }

    public static String kernelType(Node node, DType found) {
        return "%s has a kernel of %s, expected FLOAT32; export the network in float32.".formatted(at(node), found);
    }

    public static String kernelShape(Node node, String kernel) {
        return "%s has a kernel %s of unknown shape; %s.".formatted(at(node), kernel, STATIC);
    }

    public static String transposedInput(Node node) {
        return "%s transposes its input (transA = 1), expected transA = 0; transpose the input in a node before it."
                .formatted(at(node));
    }

    public static String productOfUnknown(Node node, String value) {
        return "%s multiplies %s of unknown shape, expected a matrix; %s.".formatted(at(node), value, STATIC);
    }

    public static String productOfRanks(Node node, int data, int kernel) {
        return "%s multiplies values of rank %d and %d, expected a constant matrix on the right; export it as a fully connected layer."
                .formatted(at(node), data, kernel);
    }

    public static String biasNotConstant(Node node, String bias) {
        return "%s reads its bias %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), bias);
    }

    public static String biasShapeUnknown(Node node, String bias) {
        return "%s has a bias %s of unknown shape; %s.".formatted(at(node), bias, STATIC);
    }

    public static String biasShape(Node node, String bias, Shape found, int outputs) {
        return "%s adds %s of shape %s, expected one value for each of its %d outputs."
                .formatted(at(node), bias, found, outputs);
    }
}
