package io.foldserve.fold;

import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * What a term reads: a value of the training form, or what averages and views make of it once they have changed places
 * with the term. Immutable.
 *
 * @param value the value's name
 * @param commuted the averages and views applied to it, first to last
 */
record Source(String value, List<Node> commuted) {
    /** Copies the list. */
    Source {
        commuted = List.copyOf(commuted);
    }

    /** The value itself. */
    static Source of(String value) {
        return new Source(value, List.of());
    }

    /** This source after {@code node}. */
    Source then(Node node) {
        List<Node> more = new ArrayList<>(commuted);
        more.add(node);
        return new Source(value, more);
    }
}
