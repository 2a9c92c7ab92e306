package io.foldserve.fold.audit;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where a linear operator that the fold leaves in its place is measured: at an input as small as its window and a
 * stride allow, and equal to the real one modulo the stride. A convolution that is dilated by d reads every dth
 * position, so it is measured on every dth position alone, without its dilation. Immutable.
 */
final class OperatorGeometry {
    // Of a matrix product.
    private static final int EXAMPLES = 4;

    private final Node node;
    private final List<Integer> kernel;
    private final List<Integer> strides;
    private final List<Integer> input;

    /**
     * @param node a convolution, transposed convolution or matrix product
     * @param kernel the extents of its kernel along each spatial axis
     * @param real the shape of what it reads, if that is known
     */
    OperatorGeometry(Node node, List<Integer> kernel, Optional<Shape> real) {
        this.node = node;
        this.kernel = List.copyOf(kernel);
        this.strides = node.integers("strides", Collections.nCopies(kernel.size(), 1));
        this.input = IntStream.range(0, kernel.size())
                .mapToObj(axis -> extent(axis, real.map(shape -> shape.extent(axis + 2))))
                .toList();
    }

    private int extent(int axis, Optional<Integer> real) {
        List<Integer> pads = undilated(node).integers("pads", Collections.nCopies(2 * kernel.size(), 0));
        int begin = pads.get(axis);
        int end = pads.get(axis + kernel.size());
        int stride = strides.get(axis);
        if (node.is("ConvTranspose")) {
            int reach = dilation(node, axis) * (kernel.get(axis) - 1);
            int needed = ceilDiv(reach + Math.max(0, begin) + Math.max(0, end), stride) + 3;
            return Math.min(needed, real.orElse(needed));
        }
        int needed = kernel.get(axis) + stride + Math.max(0, -begin) + Math.max(0, -end);
        int found = real.map(all -> ceilDiv(all, dilation(node, axis))).orElse(needed);
        return found - Math.max(0, found - needed) / stride * stride;
    }

    private static int ceilDiv(int a, int b) {
        return -Math.floorDiv(-a, b);
    }

    private static int dilation(Node node, int axis) {
        List<Integer> dilations = node.integers("dilations", List.of());
        return dilations.isEmpty() ? 1 : dilations.get(axis);
    }

    /** {@code other}, which has this geometry, as it is measured: without dilations, its pads shortened alike. */
    static Node undilated(Node other) {
        List<Integer> dilations = other.integers("dilations", List.of());
        if (!other.is("Conv") || dilations.stream().allMatch(dilation -> dilation == 1)) {
            return other;
        }
        int axes = dilations.size();
        List<Integer> pads = other.integers("pads", Collections.nCopies(2 * axes, 0));
        Map<String, Attribute> attributes = new HashMap<>(other.attributes());
        attributes.put("dilations", Attribute.ints(Collections.nCopies(axes, 1)));
        if (attributes.containsKey("pads")) {
            attributes.put(
                    "pads",
                    Attribute.ints(IntStream.range(0, 2 * axes)
                            .mapToObj(i -> ceilDiv(pads.get(i), dilations.get(i % axes)))
                            .toList()));
        }
        return new Node(other.name(), other.domain(), other.op(), other.inputs(), other.outputs(), attributes);
    }

    /** The shape of an input of {@code channels} channels. */
    Shape input(int channels) {
        List<Integer> extents = new ArrayList<>(List.of(kernel.isEmpty() ? EXAMPLES : 1, channels));
        extents.addAll(input);
        return new Shape(extents);
    }

    /** For each position of one output channel, whether its window reaches over the edge of the input. */
    List<Boolean> border() {
        if (kernel.isEmpty()) {
            return Collections.nCopies(EXAMPLES, false);
        }
        Window window = Window.of(undilated(node), kernel, input);
        boolean transposed = node.is("ConvTranspose");
        List<AxisTaps> taps = transposed ? transposed(window) : AxisTaps.of(window);
        List<Integer> read = transposed ? WindowBorder.spread(input, strides) : input;
        List<Integer> output = IntStream.range(0, taps.size())
                .mapToObj(axis -> taps.get(axis).outputs(read.get(axis)))
                .toList();
        return new WindowBorder(taps, output, read).positions();
    }

    // Those of a convolution of the input with zeros between its positions.
    private List<AxisTaps> transposed(Window window) {
        List<Integer> extra = node.integers("output_padding", Collections.nCopies(window.axes(), 0));
        return IntStream.range(0, window.axes())
                .mapToObj(axis -> {
                    int reach = window.span(axis) - 1;
                    int first = window.padsBegin().get(axis) - reach;
                    int end = extra.get(axis) + reach - window.padsEnd().get(axis);
                    return new AxisTaps(
                            first, window.dilations().get(axis), window.kernel().get(axis), 1, end);
                })
                .toList();
    }
}
