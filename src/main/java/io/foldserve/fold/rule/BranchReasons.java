package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;

/** The {@link Reasons} about branches that are joined. Stateless. */
public final class BranchReasons {
    private BranchReasons() {}

    /** {@code why} is one of those below. */
    public static String unlike(Node node, String why) {
        return "%s cannot join its branches in one kernel: %s.".formatted(at(node), why);
    }

    public static String values(String left, String right) {
        return "they read %s and %s, expected one value".formatted(left, right);
    }

    public static String strides(int left, int right) {
        return "they have strides %d and %d, expected equal ones".formatted(left, right);
    }

    public static String borders(Border left, Border right) {
        return "they pad by %s and by %s, expected one of them".formatted(left, right);
    }

    public static String openExtents(Node node) {
        return "%s joins branches that have one size for some input sizes only; export with a fixed input size."
                .formatted(at(node));
    }
}
