package io.foldserve.fold;

import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a term reads: a value of the training form, what averages and views make of it once they have changed places with the
 * term, or a plane of ones as large as the value. Immutable.
 *
 * @param value the value's name
 * @param commuted the averages and views applied to it, first to last
 * @param ones present if it is one channel of ones instead of the value
 */
record Source(String value, List<Node> commuted, Optional<Ones> ones) {
    /**
     * One channel of ones that has the spatial extents of the value.
     *
     * @param extents the extents, if they are the same for every input; else none
     */
    record Ones(Optional<List<Integer>> extents) {}

    /** Copies the list. */
    Source {
        commuted = List.copyOf(commuted);
    }

    /** The value itself. */
    static Source of(String value) {
        return new Source(value, List.of(), Optional.empty());
    }

    /** This source after {@code node}. */
    Source then(Node node) {
        List<Node> more = new ArrayList<>(commuted);
        more.add(node);
        return new Source(value, more, ones);
    }

    /** Ones of the extents of this value, fixed or not. */
    Source asOnes(Optional<List<Integer>> extents) {
        return new Source(value, commuted, Optional.of(new Ones(extents)));
    }

    /** True when what is read does not depend on data at all. */
    boolean isConstant() {
        return ones.flatMap(Ones::extents).isPresent();
    }
}
