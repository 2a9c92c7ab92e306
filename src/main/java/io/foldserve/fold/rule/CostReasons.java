package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;
import java.util.List;

/** The {@link Reasons} about what is exact and does not pay. Stateless. */
public final class CostReasons {
    private CostReasons() {}

    public static String slower(Node node, List<String> names, double together, double apart) {
        return "%s stays apart to be fast: %s as one operator would take %.0f multiply-accumulates, apart they take %.0f."
                .formatted(at(node), String.join(", ", names), together, apart);
    }

    public static String slowerWhenTimed(Node node, List<String> names, double togetherNanos, double apartNanos) {
        return "%s stays apart to be fast: %s took %.0f µs as one when both were timed here, apart %.0f µs."
                .formatted(at(node), String.join(", ", names), togetherNanos / 1000, apartNanos / 1000);
    }
}
