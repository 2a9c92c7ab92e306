package io.foldserve.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many inputs and outputs an operator takes (ONNX operator specifications, opset 19).
 *
 * @param fewest the inputs that must be given
 * @param most the inputs that may be given
 * @param outputs the outputs that may be named; at least one must be
 */
record Arity(int fewest, int most, int outputs) {
    private static final int ANY = Integer.MAX_VALUE;
    private static final Map<String, Arity> KNOWN = new HashMap<>();

    static {
        put(new Arity(0, 0, 1), "Constant");
        put(
                new Arity(1, 1, 1),
                "AveragePool",
                "Cast",
                "ConstantOfShape",
                "Erf",
                "Flatten",
                "GlobalAveragePool",
                "HardSigmoid",
                "HardSwish",
                "Identity",
                "LeakyRelu",
                "Relu",
                "Shape",
                "Sigmoid",
                "Softmax",
                "Sqrt",
                "Transpose",
                "ArgMax");
        put(new Arity(1, 1, 2), "MaxPool");
        put(new Arity(1, 2, 1), "ReduceL2", "ReduceMean", "ReduceSum", "Squeeze");
        put(new Arity(1, 2, ANY), "Split");
        put(new Arity(1, 3, 1), "Clip");
        put(new Arity(1, 3, 2), "Dropout");
        put(new Arity(1, 4, 1), "Resize");
        put(new Arity(1, ANY, 1), "Concat", "Einsum");
        put(
                new Arity(2, 2, 1),
                "Add",
                "Div",
                "Equal",
                "Expand",
                "Gather",
                "MatMul",
                "Mul",
                "Pow",
                "Reshape",
                "Sub",
                "Unsqueeze");
        put(new Arity(2, 3, 1), "Conv", "ConvTranspose", "Gemm");
        put(new Arity(2, 4, 1), "Pad");
        put(new Arity(3, 3, 1), "Range", "Where");
        put(new Arity(3, 5, 1), "Slice");
        put(new Arity(5, 5, 3), "BatchNormalization");
    }

    private static void put(Arity arity, String... operators) {
        for (String operator : operators) {
            KNOWN.put(operator, arity);
        }
    }

    /** The arity of the node's operator, if that is known. */
    static Optional<Arity> of(Node node) {
        return node.domain().isEmpty() ? Optional.ofNullable(KNOWN.get(node.op())) : Optional.empty();
    }

    /** The permitted numbers of inputs, for people: {@code 2 to 3 inputs}. */
    String inputs() {
        String range = fewest == most ? "" + fewest : most == ANY ? "at least " + fewest : fewest + " to " + most;
        return range + (range.equals("1") ? " input" : " inputs");
    }
}
