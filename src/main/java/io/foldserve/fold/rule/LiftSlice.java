package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.graph.SliceRange;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The term of a slice with constant bounds.
 *
 * <p>Algebra: along the channels it is a selection, see {@link SelectChannels}. Along a spatial axis it is one tap,
 * {@code K = 1}, whose offset is where the slice starts and whose stride is its step: a padding by less than nothing.
 *
 * <p>Source: the cropped branches of Ding et al.'s reference implementation of "ACNet", arXiv 1908.03930, where a
 * padding is smaller than half the kernel.
 *
 * <p>Declines bounds that are not constant, slices of the batch, spatial slices that run
 * backwards, and windows whose distance from the edges depends on an open size.
 */
final class LiftSlice extends Lift {
    private final ConstantValues constants;
    private final ValueShapes shapes;

    LiftSlice(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
        this.shapes = facts.shapes();
    }

    @Override
    public String sentence() {
        return "A slice with constant bounds is a selection of channels, and one tap along positions.";
    }

    @Override
    public String source() {
        return "the cropped branches of Ding et al., \"ACNet\", arXiv 1908.03930";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Slice");
    }

    @Override
    boolean isCandidate(Node node) {
        return !constants.contains(operand(node));
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        if (!node.inputs().stream().skip(1).allMatch(input -> input.isEmpty() || constants.contains(input))) {
            return Optional.of(sliceBounds(node));
        }
        List<Slice> slices = shapes.all(operand(node)).stream()
                .map(assumed -> slice(node, assumed))
                .toList();
        if (slices.isEmpty() || !slices.get(0).isWindow()) {
            return Optional.of(sliceWindow(node, shape));
        }
        return slices.stream().allMatch(slices.get(0)::equals) && !reachesOpenEnds(node)
                ? Optional.empty()
                : Optional.of(sliceOpen(node, operand(node)));
    }

    // A bound beyond every assumed extent still cuts a larger one; only what no extent reaches is beyond all of them.
    private boolean reachesOpenEnds(Node node) {
        List<Shape> all = shapes.all(operand(node));
        long[] starts = longs(node, 1).orElseThrow();
        long[] ends = longs(node, 2).orElseThrow();
        long[] axes = longs(node, 3)
                .orElseGet(() -> LongStream.range(0, starts.length).toArray());
        return IntStream.range(0, starts.length)
                .filter(i -> isOpen(all, Math.toIntExact(Math.floorMod(axes[i], (long)
                        all.get(0).rank()))))
                .anyMatch(i -> (starts[i] < 0 && starts[i] > Integer.MIN_VALUE)
                        || (ends[i] >= 0 && ends[i] < Integer.MAX_VALUE));
    }

    private static boolean isOpen(List<Shape> all, int axis) {
        return all.stream().mapToInt(shape -> shape.extent(axis)).distinct().count() > 1;
    }

    /** What is taken: of the batch, of the channels, and of the positions. */
    private record Slice(boolean wholeBatch, List<Integer> channels, List<AxisTaps> axes) {
        boolean isWindow() {
            return wholeBatch && !channels.isEmpty() && axes.stream().allMatch(axis -> axis.stride() > 0);
        }
    }

    private Slice slice(Node node, Shape shape) {
        List<SliceRange> ranges = new ArrayList<>();
        shape.extents().forEach(extent -> ranges.add(SliceRange.all(extent)));
        int[] trailing = new int[shape.rank()];
        long[] starts = longs(node, 1).orElseThrow();
        long[] ends = longs(node, 2).orElseThrow();
        long[] axes = longs(node, 3)
                .orElseGet(() -> LongStream.range(0, starts.length).toArray());
        long[] steps = longs(node, 4)
                .orElseGet(
                        () -> LongStream.generate(() -> 1).limit(starts.length).toArray());
        for (int i = 0; i < starts.length; i++) {
            int axis = Math.toIntExact(Math.floorMod(axes[i], (long) shape.rank()));
            int extent = shape.extent(axis);
            ranges.set(axis, SliceRange.of(starts[i], ends[i], steps[i], extent));
            trailing[axis] = (int) Math.min(0, Math.max(-extent, ends[i] < 0 ? ends[i] : ends[i] - extent));
        }
        List<AxisTaps> taps = new ArrayList<>();
        for (int axis = 2; axis < shape.rank(); axis++) {
            SliceRange range = ranges.get(axis);
            taps.add(new AxisTaps(range.start(), 1, 1, range.count() > 0 ? range.step() : 0, trailing[axis]));
        }
        return new Slice(ranges.get(0).equals(SliceRange.all(shape.extent(0))), channels(ranges.get(1)), taps);
    }

    private static List<Integer> channels(SliceRange range) {
        return IntStream.range(0, range.count())
                .mapToObj(i -> range.start() + i * range.step())
                .toList();
    }

    private Optional<long[]> longs(Node node, int index) {
        return node.input(index).map(name -> constants.evaluate(name).toLongs());
    }

    @Override
    Term term(Node node, Shape shape) {
        Slice slice = slice(node, shape);
        TermInput source = TermInput.of(operand(node)).picking(new Channels(shape.extent(1), slice.channels()));
        return Term.identity(source, slice.channels().size(), slice.axes().size())
                .at(slice.axes());
    }

    private static String sliceBounds(Node node) {
        return "%s takes bounds from data, expected constants; %s.".formatted(at(node), STATIC);
    }

    private static String sliceWindow(Node node, Shape shape) {
        return "%s takes of %s other than channels and a window of positions, which is no convolution."
                .formatted(at(node), shape);
    }

    private static String sliceOpen(Node node, String value) {
        return "%s takes what depends on the open size of %s; %s.".formatted(at(node), value, STATIC);
    }
}
