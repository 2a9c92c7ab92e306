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
 * @param region which part of that
 * @param ones present if it is one channel of ones instead of the value
 * @param base how the value's axes are read
 * @param last true if after {@code commuted} the channels are the last axis, else they are axis 1
 * @param sized the number of channels that a Reshape among {@code commuted} asks for, 0 if there is none
 */
public record TermInput(
        String value,
        List<Node> commuted,
        InputRegion region,
        Optional<Ones> ones,
        ChannelAxis base,
        boolean last,
        int sized) {
    /**
     * One channel of ones that has the spatial extents of the value.
     *
     * @param extents the extents, if they are the same for every input; else none
     */
    public record Ones(Optional<List<Integer>> extents) {}

    /** Copies the list. */
    public TermInput {
        commuted = List.copyOf(commuted);
    }

    /** The value itself, its channels on axis 1. */
    public static TermInput of(String value) {
        return new TermInput(value, List.of(), InputRegion.ALL, Optional.empty(), ChannelAxis.first(0), false, 0);
    }

    public Optional<Channels> channels() {
        return region.channels();
    }

    public Border border() {
        return region.border();
    }

    public List<Integer> upsampling() {
        return region.upsampling();
    }

    /** This value with its channels on its last axis. */
    public TermInput onLastAxis() {
        return new TermInput(value, commuted, region, ones, base, true, sized);
    }

    /** The value with none of the views. */
    public TermInput unviewed() {
        return new TermInput(value, List.of(), region, ones, ChannelAxis.first(0), base.last(), 0);
    }

    /**
     * This source after {@code node}, which treats every channel alike, leaves them where {@code after} says and may
     * ask for their number.
     */
    public TermInput then(Node node, ChannelAxis before, ChannelAxis after, int asked) {
        List<Node> more = new ArrayList<>(commuted);
        more.add(node);
        ChannelAxis first = commuted.isEmpty() ? before : base;
        return new TermInput(value, more, region, ones, first, after.last(), Math.max(sized, asked));
    }

    private TermInput reaching(InputRegion other) {
        return new TermInput(value, commuted, other, ones, base, last, sized);
    }

    /** {@code selection} of what is read here. */
    public TermInput picking(Channels selection) {
        return reaching(region.picking(selection));
    }

    /** The same input with all channels. */
    public TermInput whole() {
        return reaching(region.whole());
    }

    /** The same input with another border. */
    public TermInput within(Border other) {
        return reaching(region.within(other));
    }

    /** The same input with its positions {@code strides} apart. */
    public TermInput upsampledBy(List<Integer> strides) {
        return reaching(region.upsampledBy(strides));
    }

    /** True when a transposed convolution reads it. */
    public boolean isUpsampled() {
        return !upsampling().isEmpty();
    }

    /** This as a term reads it whose own source, of what this is the source of, is {@code outer}. */
    public TermInput inside(TermInput outer) {
        TermInput framed = outer.last ? onLastAxis() : this;
        TermInput bordered = outer.border().isZero() ? framed : framed.within(outer.border());
        return outer.isUpsampled() ? bordered.upsampledBy(outer.upsampling()) : bordered;
    }

    /** A plane of ones of the extents of this value, fixed or not. */
    public TermInput asOnes(Optional<List<Integer>> extents) {
        return new TermInput(value, commuted, InputRegion.ALL, Optional.of(new Ones(extents)), base, last, sized);
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
    public boolean isSameValue(TermInput other) {
        return whole().within(Border.ZERO).equals(other.whole().within(Border.ZERO));
    }
}
