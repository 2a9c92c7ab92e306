package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;

/** The {@link Reasons} about two operators, one after the other. Stateless. */
public final class SequenceReasons {
    private SequenceReasons() {}

    public static String biasAtBorder(Node node, String before) {
        return "%s pads with zeros where %s before it has its bias, so that no one kernel is right at the border; train with the padding on %s to fold."
                .formatted(at(node), before, before);
    }

    public static String inputAtBorder(Node node, String before) {
        return "%s pads with zeros where %s before it still reads its input, so that no one kernel is right at the border; train with all padding on %s to fold."
                .formatted(at(node), before, before);
    }

    public static String beforeTransposed(Node node, String before) {
        return "%s spreads its input apart, and %s before it does more than map each position without a bias, so that no one kernel is right between them; train without a bias on %s to fold."
                .formatted(at(node), before, before);
    }

    public static String beforeBorder(Node node, String before, Border border) {
        return "%s pads by %s, and %s before it does not commute with that; train with the padding before %s to fold."
                .formatted(at(node), border, before, before);
    }
}
