package io.foldserve.fold.facts;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/** What ONNX's own operators are to a fold, each said once. Stateless. */
public final class Operators {
    private static final Set<String> LINEAR = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");
    /** The operators that only move elements. */
    public static final Set<String> VIEWS = Set.of("Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze");

    private static final Set<String> SELECTIONS = Set.of("Split", "Slice", "Gather");
    private static final Set<String> OTHER_MOVERS = Set.of("Concat", "Reshape", "Transpose", "Pad");
    private static final Set<String> JOINS = Set.of("Add", "Sub", "Concat");

    private Operators() {}

    /** True for an operator with a kernel, whether or not the rules can compose it. */
    public static boolean isLinear(Node node) {
        return isOneOf(node, LINEAR);
    }

    /** True when {@code node} only moves elements; all but a Transpose do not even that. */
    public static boolean isView(Node node) {
        return isOneOf(node, VIEWS);
    }

    /** True when {@code node} says anew how elements are divided into axes, and leaves them in their order. */
    public static boolean isReshape(Node node) {
        return isView(node) && !node.is("Transpose");
    }

    /**
     * True when what {@code node} makes are elements it reads, or constants around them: alone, it is worth no kernel.
     */
    public static boolean isMover(Node node) {
        return isSelection(node) || isOneOf(node, OTHER_MOVERS);
    }

    /** True when {@code node} copies some of the elements that it reads, and no others. */
    public static boolean isSelection(Node node) {
        return isOneOf(node, SELECTIONS);
    }

    /** True when {@code node} may make one value of several that are linear in the same one. */
    public static boolean isJoin(Node node) {
        return isOneOf(node, JOINS);
    }

    /** The input of the Dropout {@code node} that may switch it to training mode; empty if none does. */
    public static Optional<String> trainingMode(Graph graph, Node node) {
        return node.input(2).filter(mode -> graph.constant(mode)
                .map(Tensor::toLongs)
                .filter(values -> values.length == 1 && values[0] == 0)
                .isEmpty());
    }

    private static boolean isOneOf(Node node, Set<String> operators) {
        return node.domain().isEmpty() && operators.contains(node.op());
    }
}
