package io.foldserve.fold;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The operators that a graph applies to data, one line each: {@code Conv 8x4x3x3 g2 s2 p1} is 8 outputs, 4 inputs for
 * each of 2 groups, 3x3 taps, stride 2 and padding 1; what is as ONNX defaults it is not written.
 */
final class FoldedStructure {
    private FoldedStructure() {}

    /** The lines of {@code graph}, in execution order. */
    static List<String> of(Graph graph) {
        Map<String, Shape> shapes = GraphFacts.of(graph).knownShapes();
        Set<String> known = new HashSet<>(graph.constants().keySet());
        return graph.nodes().stream()
                .filter(node -> !isKnown(node, known))
                .map(node -> line(node, graph, shapes))
                .toList();
    }

    // Shapes are no data, nor is what is computed from them and from constants.
    private static boolean isKnown(Node node, Set<String> known) {
        boolean constant = node.is("Shape") || known.containsAll(node.reads());
        if (constant) {
            known.addAll(node.outputs());
        }
        return constant;
    }

    private static String line(Node node, Graph graph, Map<String, Shape> shapes) {
        Optional<Shape> kernel = Operators.isLinear(node)
                ? Optional.ofNullable(shapes.get(node.inputs().get(1)))
                        .or(() -> graph.constant(node.inputs().get(1)).map(tensor -> tensor.shape()))
                : Optional.empty();
        boolean constant =
                kernel.isPresent() && (graph.constant(node.inputs().get(1)).isPresent() || !node.is("MatMul"));
        if (!constant) {
            return node.op();
        }
        List<Integer> extents = kernel.get().extents();
        boolean flipped = node.is("Gemm") && node.integer("transB", 0) == 0;
        List<Integer> shown = flipped ? List.of(extents.get(1), extents.get(0)) : extents;
        String size = shown.stream().map(String::valueOf).collect(Collectors.joining("x"));
        return node.op() + " " + size + geometry(node);
    }

    private static String geometry(Node node) {
        long groups = node.integer("group", 1);
        return (groups == 1 ? "" : " g" + groups)
                + attribute(node, "strides", "s", 1)
                + attribute(node, "dilations", "d", 1)
                + attribute(node, "pads", "p", 0)
                + attribute(node, "output_padding", "o", 0);
    }

    private static String attribute(Node node, String name, String letter, int usual) {
        List<Integer> values = node.integers(name, List.of(usual));
        Set<Integer> distinct = new HashSet<>(values);
        if (distinct.equals(Set.of(usual))) {
            return "";
        }
        return " " + letter
                + (distinct.size() == 1
                        ? values.get(0).toString()
                        : values.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
