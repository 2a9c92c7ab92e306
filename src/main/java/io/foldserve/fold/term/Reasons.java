package io.foldserve.fold.term;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;

/**
 * Every reason for declining a fold is one sentence for people: which node, what is in the way (found and expected),
 * and what to do about it where anything can be done. A rule keeps its own; these are what several of them have in
 * common. Stateless.
 */
public final class Reasons {
    /** The remedy for shapes that are not known. */
    public static final String STATIC = "export with static shapes";

    /** The remedy for what differs between training and inference. */
    public static final String EVAL = "call eval() before export";

    private Reasons() {}

    /** What a node is called in a sentence. */
    public static String at(Node node) {
        return node.op() + " " + node.name();
    }

    /** {@code why} is one of those below. */
    public static String unlikeBranches(Node node, String why) {
        return "%s cannot join its branches in one kernel: %s.".formatted(at(node), why);
    }

    /** The reason that two branches read different values, for {@link #unlikeBranches}. */
    public static String otherValues(String left, String right) {
        return "they read %s and %s, expected one value".formatted(left, right);
    }

    /** The reason that a bias has not one value for each output. */
    public static String biasShape(Node node, String bias, Shape found, int outputs) {
        return "%s adds %s of shape %s, expected one value for each of its %d outputs."
                .formatted(at(node), bias, found, outputs);
    }

    /** {@code does} what {@code node} does to the channels otherwise, with its preposition. */
    public static String otherAxis(Node node, String does) {
        return "%s %s another axis than the channels, expected axis 1.".formatted(at(node), does);
    }

    /**
     * {@code value}, made by {@code producer} for {@code node}, is read by the nodes {@code others} or is an output.
     */
    public static String alsoRead(Node node, String value, Node producer, List<String> others, boolean output) {
        String between = "%s reads %s of %s, which ".formatted(at(node), value, at(producer));
        String readers = String.join(", ", others) + (others.size() == 1 ? " reads" : " read");
        if (others.isEmpty()) {
            return between + "is also a graph output; remove %s from the outputs to fold.".formatted(value);
        }
        return output
                ? between + readers + " too and which is also a graph output; to fold, nothing else may need it."
                : between + readers + " too; to fold, nothing else may need it.";
    }

    /** The reason that {@code node} reads, beyond the border, what {@code before} makes of its own. */
    public static String inputAtBorder(Node node, String before) {
        return ("%s pads with zeros where %s before it still reads its input, so that no one kernel is right at the "
                        + "border; train with all padding on %s to fold.")
                .formatted(at(node), before, before);
    }

    /** The reason that {@code node} spreads what {@code before} makes. */
    public static String beforeTransposed(Node node, String before) {
        return ("%s spreads its input apart, and %s before it does more than map each position without a bias, so "
                        + "that no one kernel is right between them; train without a bias on %s to fold.")
                .formatted(at(node), before, before);
    }
}
