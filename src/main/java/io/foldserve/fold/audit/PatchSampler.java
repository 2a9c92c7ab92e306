package io.foldserve.fold.audit;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.rule.Layer;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws output positions of a layer at its real geometry, some at the border and some inside, and standard normal
 * values for what each reads. Belongs to one measurement.
 */
final class PatchSampler {
    private static final int OUTSIDE = -1;
    private static final int SKIPPED = -2;

    private final Node node;
    private final KernelLayout layout;
    private final Window window;
    private final List<Integer> input;
    private final List<Integer> output;
    private final RandomGenerator random;

    /**
     * A sampler of one layer's positions.
     *
     * @param input the shape of the layer's input
     * @param output the shape of its output
     */
    public PatchSampler(Layer layer, Shape input, Shape output, RandomGenerator random) {
        this.node = layer.node();
        this.layout = layer.layout();
        this.input = spatial(input);
        this.output = spatial(output);
        this.window = Window.of(node, spatial(layer.kernelShape()), this.input);
        this.random = random;
    }

    private static List<Integer> spatial(Shape shape) {
        return shape.extents().subList(2, shape.rank());
    }

    /** {@code count} patches at the border and as many inside; none of a kind that the layer does not have. */
    public List<Patch> sample(int count) {
        List<Patch> patches = new ArrayList<>();
        List<int[]> inner = axes(this::isInside);
        if (inner.stream().allMatch(positions -> positions.length > 0)) {
            IntStream.range(0, count).forEach(i -> patches.add(patch(inner, false)));
        }
        for (int axis = 0; axis < window.axes(); axis++) {
            int crossed = axis;
            List<int[]> outer = new ArrayList<>(axes((a, y) -> true));
            outer.set(axis, positions(axis, y -> !isInside(crossed, y)));
            if (outer.get(axis).length > 0) {
                IntStream.range(0, Math.max(1, count / window.axes())).forEach(i -> patches.add(patch(outer, true)));
            }
        }
        return patches;
    }

    private interface AxisPredicate {
        boolean test(int axis, int position);
    }

    private List<int[]> axes(AxisPredicate wanted) {
        return IntStream.range(0, window.axes())
                .mapToObj(axis -> positions(axis, y -> wanted.test(axis, y)))
                .toList();
    }

    private int[] positions(int axis, IntPredicate wanted) {
        return IntStream.range(0, output.get(axis)).filter(wanted).toArray();
    }

    private boolean isInside(int axis, int position) {
        return IntStream.range(0, window.kernel().get(axis)).allMatch(tap -> source(axis, position, tap) != OUTSIDE);
    }

    // Convolution: s·y + d·a − p. Transposed convolution: the z with s·z + d·a − p = y, if there is one.
    private int source(int axis, int position, int tap) {
        int stride = window.strides().get(axis);
        int offset = window.dilations().get(axis) * tap - window.padsBegin().get(axis);
        int read = stride * position + offset;
        if (node.is("ConvTranspose")) {
            if (Math.floorMod(position - offset, stride) != 0) {
                return SKIPPED;
            }
            read = Math.floorDiv(position - offset, stride);
        }
        return read >= 0 && read < input.get(axis) ? read : OUTSIDE;
    }

    private Patch patch(List<int[]> choices, boolean border) {
        int[] position = choices.stream()
                .mapToInt(positions -> positions[random.nextInt(positions.length)])
                .toArray();
        int channels = layout.groups() * layout.groupInputs();
        double[] values = new double[channels * layout.taps()];
        for (int a = 0; a < layout.taps(); a++) {
            if (reads(position, a)) {
                for (int c = 0; c < channels; c++) {
                    values[c * layout.taps() + a] = random.nextGaussian();
                }
            }
        }
        return new Patch(border, layout.taps(), values);
    }

    private boolean reads(int[] position, int flatTap) {
        int rest = flatTap;
        for (int axis = window.axes() - 1; axis >= 0; axis--) {
            int extent = window.kernel().get(axis);
            if (source(axis, position[axis], rest % extent) < 0) {
                return false;
            }
            rest /= extent;
        }
        return true;
    }
}
