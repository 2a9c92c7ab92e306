package io.foldserve.fold.search;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.rule.Rules;
import io.foldserve.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says by operators alone, in one pass, whether a graph can have an island at all: a linear operator after a linear one
 * other than a batch norm, or any after a Resize, or values of one root that are joined. Most networks have none, and
 * are not searched further. Belongs to one fold.
 */
final class IslandCandidates {
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
            return Operators.isJoin(node)
                    && data.stream().allMatch(value -> root(value).equals(root(first)));
        }
        boolean mixes = mixes(node);
        if (mixes || (Rules.mayFireAt(node) && !Operators.isJoin(node))) {
            for (String output : node.outputs()) {
                roots.put(output, root(first));
                if (mixes || node.is("Resize") || linear.contains(first)) {
                    linear.add(output);
                }
                if (node.is("Resize") || resized.contains(first)) {
                    resized.add(output);
                }
            }
        }
        boolean isNext = mixes && (!node.is("BatchNormalization") || resized.contains(first));
        return isNext && linear.contains(first);
    }

    // What becomes a term, but for a shuffle, which is one by the Transpose in its middle.
    private static boolean mixes(Node node) {
        return node.is("Transpose") || (Rules.mayLift(node) && !Operators.isReshape(node));
    }

    private String root(String value) {
        return Optional.ofNullable(roots.get(value)).orElse(value);
    }
}
