package io.foldserve.fold.term;

import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * One linear term of an island: {@code y[o, p] = b[o] + Σ_{c,a} K[o,c,a]·x[q·I/g + c, s·p + offset(a)]}, x outside as
 * its border says, zero unless otherwise stated, q the group of o. Rules compose its geometry; its numbers are computed
 * once all rules have settled. Immutable.
 *
 * @param source what it reads: x
 * @param outputs O
 * @param inputs I
 * @param groups g
 * @param axes the taps along each spatial axis, none for a matrix product
 * @param identity true when {@code y = x}
 * @param biased false when every b is known to be zero
 * @param weights computes K and b, anew at each call
 */
public record Term(
        TermInput source,
        int outputs,
        int inputs,
        int groups,
        List<AxisTaps> axes,
        boolean identity,
        boolean biased,
        Supplier<Weights> weights) {

    /** Copies the list; a term that pads nothing has no border. */
    public Term {
        axes = List.copyOf(axes);
        source = axes.stream().anyMatch(AxisTaps::pads) ? source : source.within(Border.ZERO);
    }

    /** {@code y = x} for a value of {@code channels} and {@code axes} spatial axes. */
    public static Term identity(TermInput source, int channels, int axes) {
        return new Term(
                source,
                channels,
                channels,
                channels,
                Collections.nCopies(axes, AxisTaps.POINT),
                true,
                false,
                () -> ones(channels));
    }

    /** {@code y = w·x + b} for a value of {@code shape} (1, channels, …), with one w and b for each channel. */
    public static Term diagonal(TermInput source, Shape shape, Weights weights) {
        boolean biased = Arrays.stream(weights.bias()).anyMatch(shift -> shift != 0);
        return identity(source, shape.extent(1), shape.rank() - 2).with(biased, () -> weights);
    }

    private static Weights ones(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return new Weights(ones, new double[channels]);
    }

    /** The number of taps over all axes. */
    public int taps() {
        return axes.stream().mapToInt(AxisTaps::count).reduce(1, Math::multiplyExact);
    }

    /** I/g. */
    public int groupInputs() {
        return inputs / groups;
    }

    /** True when each output is its own input, scaled and shifted. */
    public boolean isDiagonal() {
        return groups == inputs && outputs == inputs && isPointwise();
    }

    /** True when it reads beyond its input. */
    public boolean pads() {
        return axes.stream().anyMatch(AxisTaps::pads);
    }

    /** True when each output position reads its own input position only. */
    public boolean isPointwise() {
        return !source.isUpsampled() && axes.stream().allMatch(AxisTaps::isPoint);
    }

    /**
     * This pointwise term, or one of as many axes, reading {@code other} with {@code count} axes besides the channels.
     */
    public Term reading(TermInput other, int count) {
        List<AxisTaps> others = count == axes.size() ? axes : Collections.nCopies(count, AxisTaps.POINT);
        return new Term(other, outputs, inputs, groups, others, identity, biased, weights);
    }

    /** How it reads the axes of its source. */
    public ChannelAxis frame() {
        return new ChannelAxis(source.last(), axes.size());
    }

    /** True when the views of its source are applied to its result instead: there is less to move, or it fits. */
    public boolean viewsAfter() {
        boolean fits = source.sized() == 0 || source.sized() == outputs;
        boolean before = source.sized() == 0 || source.sized() == inputs;
        return source.isViewed()
                && source.channels().isEmpty()
                && isPointwise()
                && fits
                && (outputs < inputs || !before);
    }

    /** True when no place is left for a Reshape of its source, which asks for another number of channels. */
    public boolean isUnplaceable() {
        return source.sized() != 0 && source.sized() != inputs && !viewsAfter();
    }

    /** This term with other numbers. */
    public Term with(boolean nowBiased, Supplier<Weights> others) {
        return new Term(source, outputs, inputs, groups, axes, false, nowBiased, others);
    }

    /** This term with its numbers at other taps, as many. */
    public Term at(List<AxisTaps> others) {
        return others.equals(axes) ? this : new Term(source, outputs, inputs, groups, others, false, biased, weights);
    }

    /** The channels of its value that it reads, in order. */
    public Channels channels() {
        return source.channels().orElseGet(() -> Channels.all(inputs));
    }

    /** The offset of flat tap {@code a} along each axis. */
    public int[] offsets(int a) {
        int[] offsets = new int[axes.size()];
        int rest = a;
        for (int axis = axes.size() - 1; axis >= 0; axis--) {
            AxisTaps taps = axes.get(axis);
            offsets[axis] = taps.first() + taps.step() * (rest % taps.count());
            rest /= taps.count();
        }
        return offsets;
    }

    /** The flat tap of {@code axes} that reads {@code offsets}. */
    public static int flat(List<AxisTaps> axes, int[] offsets) {
        int flat = 0;
        for (int axis = 0; axis < offsets.length; axis++) {
            flat = flat * axes.get(axis).count() + axes.get(axis).indexOf(offsets[axis]);
        }
        return flat;
    }

    /** The first input channel that output channel {@code o} of a kernel of {@code groups} groups reads. */
    public static int firstInput(int outputs, int inputs, int groups, int o) {
        return o / (outputs / groups) * (inputs / groups);
    }
}
