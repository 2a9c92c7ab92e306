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
 * @param base how the value's axes are read
 * @param last true if after {@code commuted} the channels are the last axis, else they are axis 1
 * @param sized the number of channels that a Reshape among {@code commuted} asks for, 0 if there is none
 */
record Source(String value, List<Node> commuted, Optional<Ones> ones, Frame base, boolean last, int sized) {
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

    /** The value itself, its channels on axis 1. */
    static Source of(String value) {
        return new Source(value, List.of(), Optional.empty(), Frame.first(0), false, 0);
    }

    /** This value with its channels on its last axis. */
    Source onLastAxis() {
        return new Source(value, commuted, ones, base, true, sized);
    }

    /** This source after {@code node}, which leaves it channels where {@code after} says and may ask for their number. */
    Source then(Node node, Frame before, Frame after, int asked) {
        List<Node> more = new ArrayList<>(commuted);
        more.add(node);
        Frame first = commuted.isEmpty() ? before : base;
        return new Source(value, more, ones, first, after.last(), Math.max(sized, asked));
    }

    /** Ones of the extents of this value, fixed or not. */
    Source asOnes(Optional<List<Integer>> extents) {
        return new Source(value, commuted, Optional.of(new Ones(extents)), base, last, sized);
    }

    /** True when what is read does not depend on data at all. */
    boolean isConstant() {
        return ones.flatMap(Ones::extents).isPresent();
    }

    /** True when nothing but views changed places. */
    boolean isViewed() {
        return !commuted.isEmpty() && commuted.stream().allMatch(IslandCost::isView);
    }
}
