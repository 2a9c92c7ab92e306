package io.foldserve.fold.term;

import io.foldserve.fold.facts.Operators;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a term reads: a value of the training form, or what averages and views make of it once they have changed places
 * with the term; all of it or part of it; or a plane of ones as large as the value. Immutable.
 *
 * @param value the value's name
 * @param commuted the averages and views applied to it, first to last
 * @param reach which part of that
 * @param ones present if it is one channel of ones instead of the value
 * @param base how the value's axes are read
 * @param last true if after {@code commuted} the channels are the last axis, else they are axis 1
 * @param sized the number of channels that a Reshape among {@code commuted} asks for, 0 if there is none
 */
public record Source(
        String value, List<Node> commuted, Reach reach, Optional<Ones> ones, Frame base, boolean last, int sized) {
    /**
     * One channel of ones that has the spatial extents of the value.
     *
     * @param extents the extents, if they are the same for every input; else none
     */
    public record Ones(Optional<List<Integer>> extents) {}

    /** Copies the list. */
    public Source {
        commuted = List.copyOf(commuted);
    }

    /** The value itself, its channels on axis 1. */
    public static Source of(String value) {
        return new Source(value, List.of(), Reach.ALL, Optional.empty(), Frame.first(0), false, 0);
    }

    public Optional<Channels> channels() {
        return reach.channels();
    }

    public Border border() {
        return reach.border();
    }

    public List<Integer> spread() {
        return reach.spread();
    }

    /** This value with its channels on its last axis. */
    public Source onLastAxis() {
        return new Source(value, commuted, reach, ones, base, true, sized);
    }

    /** The value with none of the views. */
    public Source unviewed() {
        return new Source(value, List.of(), reach, ones, Frame.first(0), base.last(), 0);
    }

    /**
     * This source after {@code node}, which treats every channel alike, leaves them where {@code after} says and may
     * ask for their number.
     */
    public Source then(Node node, Frame before, Frame after, int asked) {
        List<Node> more = new ArrayList<>(commuted);
        more.add(node);
        Frame first = commuted.isEmpty() ? before : base;
        return new Source(value, more, reach, ones, first, after.last(), Math.max(sized, asked));
    }

    private Source reaching(Reach other) {
        return new Source(value, commuted, other, ones, base, last, sized);
    }

    /** {@code selection} of what is read here. */
    public Source picking(Channels selection) {
        return reaching(reach.picking(selection));
    }

    /** The same with all channels. */
    public Source whole() {
        return reaching(reach.whole());
    }

    /** The same with another border. */
    public Source within(Border other) {
        return reaching(reach.within(other));
    }

    /** The same with its positions {@code strides} apart. */
    public Source spreadBy(List<Integer> strides) {
        return reaching(reach.spreadBy(strides));
    }

    /** True when a transposed convolution reads it. */
    public boolean isSpread() {
        return !spread().isEmpty();
    }

    /** This as a term reads it whose own source, of what this is the source of, is {@code outer}. */
    public Source seenBy(Source outer) {
        Source framed = outer.last ? onLastAxis() : this;
        Source bordered = outer.border().isZero() ? framed : framed.within(outer.border());
        return outer.isSpread() ? bordered.spreadBy(outer.spread()) : bordered;
    }

    /** Ones of the extents of this value, fixed or not. */
    public Source asOnes(Optional<List<Integer>> extents) {
        return new Source(value, commuted, Reach.ALL, Optional.of(new Ones(extents)), base, last, sized);
    }

    /** True when what is read does not depend on data at all. */
    public boolean isConstant() {
        return ones.flatMap(Ones::extents).isPresent();
    }

    /** True when nothing but views changed places. */
    public boolean isViewed() {
        return !commuted.isEmpty() && commuted.stream().allMatch(Operators::isView);
    }

    /** True when {@code other} reads the same, but for channels and border. */
    public boolean isSameValue(Source other) {
        return whole().within(Border.ZERO).equals(other.whole().within(Border.ZERO));
    }
}
