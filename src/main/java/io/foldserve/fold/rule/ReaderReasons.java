package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;
import java.util.List;

/** The {@link Reasons} about who else reads or names a value. Stateless. */
public final class ReaderReasons {
    private ReaderReasons() {}

    /** {@code value}, made by {@code producer} for {@code node}, is read by the nodes {@code others} or is an output. */
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

    public static String extraOutputRead(Node node, String output, List<String> readers) {
        return "%s makes a second output %s, which %s needs; to fold, nothing may need it."
                .formatted(at(node), output, String.join(", ", readers));
    }

    public static String captured(Node node, String value, Node reader) {
        return "%s stands at %s, which a subgraph of %s reads by that name; let the subgraph read an Identity of it."
                .formatted(at(node), value, at(reader));
    }

    public static String outputKeepsName(Node node, String value) {
        return "%s makes the graph output %s of %s, and both must keep their names; remove %s from the outputs to fold."
                .formatted(at(node), node.output(), value, node.output());
    }
}
