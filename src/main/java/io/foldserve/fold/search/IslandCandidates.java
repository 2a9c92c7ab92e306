package io.foldserve.fold.search;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says by operators alone, in one pass, whether a graph can have an island at all: a linear operator after a linear one other
 * than a batch norm, or any after a Resize, or values of one root that are joined. Most networks have none, and are not searched further. Belongs to
 * one fold.
 */
final class IslandCandidates {
    private static final Set<String> LINEAR = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "AveragePool",
            "Pad",
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Split",
            "Slice",
            "Gather",
            "ConvTranspose",
            "Transpose");
    private static final Set<String> TRANSPARENT = Set.of(
            "Identity",
            "Dropout",
            "GlobalAveragePool",
            "ReduceMean",
            "Flatten",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Resize");
    private static final Set<String> JOINS = Set.of("Add", "Sub", "Concat");

    private final ConstantValues constants;
    private final Map<String, String> roots = new HashMap<>();
    private final Set<String> linear = new HashSet<>();
    private final Set<String> resized = new HashSet<>();

    private IslandCandidates(ConstantValues constants) {
        this.constants = constants;
    }

    /** False when no island of {@code graph} could be folded. */
    static boolean anyIn(GraphFacts graph) {
        IslandCandidates candidates = new IslandCandidates(graph.constants());
        return graph.dataNodes().stream().anyMatch(candidates::startsOne);
    }

    private boolean startsOne(Node node) {
        List<String> data = node.inputs().stream()
                .filter(input -> !input.isEmpty() && !constants.contains(input))
                .toList();
        if (data.isEmpty() || !node.domain().isEmpty()) {
            return false;
        }
        String first = data.get(0);
        if (data.size() > 1) {
            return JOINS.contains(node.op())
                    && data.stream().allMatch(value -> root(value).equals(root(first)));
        }
        if (LINEAR.contains(node.op()) || TRANSPARENT.contains(node.op())) {
            for (String output : node.outputs()) {
                roots.put(output, root(first));
                if (LINEAR.contains(node.op()) || node.is("Resize") || linear.contains(first)) {
                    linear.add(output);
                }
                if (node.is("Resize") || resized.contains(first)) {
                    resized.add(output);
                }
            }
        }
        boolean isNext = LINEAR.contains(node.op()) && (!node.is("BatchNormalization") || resized.contains(first));
        return isNext && linear.contains(first);
    }

    private String root(String value) {
        return Optional.ofNullable(roots.get(value)).orElse(value);
    }
}
