package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** Laws that tie operators to their definitions and to each other, on random shapes, strides, dilations and groups. */
class OperatorPropertiesTest {
    private static final String SEED = "20240917";

    @Property(tries = 200, seed = SEED)
    void convolutionIsItsDefinition(
            @ForAll @IntRange(min = 1, max = 3) int groups,
            @ForAll @IntRange(min = 1, max = 3) int inputs,
            @ForAll @IntRange(min = 1, max = 2) int outputs,
            @ForAll @IntRange(min = 1, max = 3) int taps,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 1, max = 2) int dilation,
            @ForAll @IntRange(min = 0, max = 3) int pad,
            @ForAll long seed) {
        Tensor x = random(seed, 2, groups * inputs, 7, 6);
        Tensor k = random(seed + 1, groups * outputs, inputs, taps, 2);
        Node conv = windowed("Conv", stride, dilation, pad, groups);
        Tensor actual = Evaluator.evaluate(conv, List.of(x, k)).get(0);
        Tensor magnitude = Magnitude.of(conv, List.of(x, k));
        Tensor expected = definition(x, k, actual.shape(), new int[] {stride, dilation, pad, groups});
        assertThat(Deviation.of(actual, expected, magnitude, element -> true).largest())
                .isLessThan(1e-14);
    }

    /** out[n,o,y] = Σ K[o,c,a]·x[n, ⌊o·g/O⌋·I/g + c, s·y + d·a − p], element by element. */
    private static Tensor definition(Tensor x, Tensor k, Shape out, int[] window) {
        double[] input = x.toDoubles();
        double[] kernel = k.toDoubles();
        double[] result = new double[out.size()];
        int[] outStrides = out.strides();
        Shape all = Shape.of(
                out.extent(0),
                out.extent(1),
                out.extent(2),
                out.extent(3),
                k.shape().extent(1),
                k.shape().extent(2),
                2);
        int[] strides = all.strides();
        for (int flat = 0; flat < all.size(); flat++) {
            int[] i = new int[7];
            for (int axis = 0; axis < 7; axis++) {
                i[axis] = flat / strides[axis] % all.extent(axis);
            }
            int channel = i[1] * window[3] / out.extent(1) * i(k, 1) + i[4];
            int row = window[0] * i[2] + window[1] * i[5] - window[2];
            int column = window[0] * i[3] + window[1] * i[6] - window[2];
            if (row >= 0 && row < i(x, 2) && column >= 0 && column < i(x, 3)) {
                double value = input[((i[0] * i(x, 1) + channel) * i(x, 2) + row) * i(x, 3) + column];
                double weight = kernel[((i[1] * i(k, 1) + i[4]) * i(k, 2) + i[5]) * i(k, 3) + i[6]];
                result[i[0] * outStrides[0] + i[1] * outStrides[1] + i[2] * outStrides[2] + i[3]] += value * weight;
            }
        }
        return Tensor.ofDoubles(out, result);
    }

    private static int i(Tensor tensor, int axis) {
        return tensor.shape().extent(axis);
    }

    @Property(tries = 200, seed = SEED)
    void transposedConvolutionIsTheAdjointOfConvolution(
            @ForAll @IntRange(min = 1, max = 3) int groups,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 1, max = 2) int dilation,
            @ForAll @IntRange(min = 0, max = 1) int pad,
            @ForAll long seed) {
        Tensor x = random(seed, 1, 2 * groups, 7, 7);
        Tensor k = random(seed + 1, groups, 2, 3, 3);
        Tensor forward = Evaluator.evaluate(windowed("Conv", stride, dilation, pad, groups), List.of(x, k))
                .get(0);
        Tensor y = random(seed + 2, forward.shape().toArray());
        int span = 2 * dilation + 1;
        int covered = (forward.shape().extent(2) - 1) * stride + span - 2 * pad;
        Node up = with(
                windowed("ConvTranspose", stride, dilation, pad, groups),
                "output_padding",
                Attribute.ints(7 - covered, 7 - covered));
        Tensor back = Evaluator.evaluate(up, List.of(y, k)).get(0);
        assertThat(back.shape()).isEqualTo(x.shape());
        double left = dot(forward, y);
        assertThat(dot(x, back)).isCloseTo(left, Offset.offset(1e-12));
    }

    @Property(tries = 100, seed = SEED)
    void einsumOfTwoOperandsIsTheSameByProductAndByLoop(
            @ForAll @IntRange(min = 1, max = 5) int inputs,
            @ForAll @IntRange(min = 1, max = 9) int taps,
            @ForAll @IntRange(min = 1, max = 6) int multiplier,
            @ForAll @IntRange(min = 1, max = 7) int outputs,
            @ForAll long seed) {
        Tensor d = random(seed, inputs, taps, multiplier);
        Tensor w = random(seed + 1, outputs, inputs, multiplier);
        Tensor one = Tensor.ofDoubles(Shape.of(), 1.0);
        Tensor product = einsum("ims,ois->oim", d, w);
        Tensor loop = einsum("ims,ois,->oim", d, w, one);
        Tensor unit = einsum("ims,ois->oim", absolute(d), absolute(w));
        assertThat(Deviation.of(product, loop, unit, element -> true).largest()).isLessThan(1e-14);
    }

    @Property(tries = 100, seed = SEED)
    void paddingThenCroppingIsTheIdentity(
            @ForAll @IntRange(min = 0, max = 3) int mode,
            @ForAll @IntRange(min = 0, max = 3) int begin,
            @ForAll @IntRange(min = 0, max = 3) int end,
            @ForAll long seed) {
        Tensor x = random(seed, 2, 4, 5);
        Map<String, Attribute> modes = Map.of(
                "mode",
                Attribute.of(List.of("constant", "reflect", "edge", "wrap").get(mode)));
        Node pad = new Node("pad", "", "Pad", List.of("x", "p"), List.of("y"), modes);
        Tensor out = Evaluator.evaluate(pad, List.of(x, pads(begin, end))).get(0);
        assertThat(out.shape()).isEqualTo(Shape.of(2, 4 + begin + end, 5 + begin + end));
        assertThat(Evaluator.evaluate(pad, List.of(out, pads(-begin, -end)))).containsExactly(x);
    }

    private static Tensor pads(int begin, int end) {
        return Tensor.ofLongs(Shape.of(6), 0, begin, begin, 0, end, end);
    }

    @Property(tries = 100, seed = SEED)
    void splittingThenConcatenatingIsTheIdentity(
            @ForAll @IntRange(min = 0, max = 2) int axis,
            @ForAll @IntRange(min = 0, max = 4) int first,
            @ForAll long seed) {
        Tensor x = random(seed, 4, 4, 4);
        Map<String, Attribute> along = Map.of("axis", Attribute.of(axis));
        Node split = new Node("split", "", "Split", List.of("x", "s"), List.of("a", "b"), along);
        Node concat = new Node("concat", "", "Concat", List.of("a", "b"), List.of("y"), along);
        List<Tensor> parts = Evaluator.evaluate(split, List.of(x, Tensor.ofLongs(Shape.of(2), first, 4 - first)));
        assertThat(Evaluator.evaluate(concat, parts)).containsExactly(x);
    }

    @Property(tries = 50, seed = SEED)
    void resizingLinearlyKeepsAConstant(
            @ForAll @IntRange(min = 1, max = 9) int height, @ForAll @IntRange(min = 1, max = 9) int width) {
        double[] threes = new double[12];
        Arrays.fill(threes, 3.0);
        Node resize = new Node(
                "r", "", "Resize", List.of("x", "", "", "s"), List.of("y"), Map.of("mode", Attribute.of("linear")));
        Tensor sizes = Tensor.ofLongs(Shape.of(4), 1, 1, height, width);
        Tensor out = Evaluator.evaluate(resize, List.of(Tensor.ofDoubles(Shape.of(1, 1, 3, 4), threes), sizes))
                .get(0);
        assertThat(out.shape()).isEqualTo(Shape.of(1, 1, height, width));
        assertThat(Arrays.stream(out.toDoubles())
                        .map(value -> Math.abs(value - 3.0))
                        .max()
                        .orElseThrow())
                .isLessThan(1e-14);
    }

    private static Node windowed(String op, int stride, int dilation, int pad, int groups) {
        return new Node(
                op,
                "",
                op,
                List.of("x", "k"),
                List.of("y"),
                Map.of(
                        "strides", Attribute.ints(stride, stride),
                        "dilations", Attribute.ints(dilation, dilation),
                        "pads", Attribute.ints(pad, pad, pad, pad),
                        "group", Attribute.of(groups)));
    }

    private static Node with(Node node, String name, Attribute value) {
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        attributes.put(name, value);
        return new Node(node.name(), "", node.op(), node.inputs(), node.outputs(), attributes);
    }

    private static Tensor einsum(String equation, Tensor... operands) {
        List<String> names = Arrays.stream(operands).map(Tensor::toString).toList();
        Node node = new Node("e", "", "Einsum", names, List.of("y"), Map.of("equation", Attribute.of(equation)));
        return Evaluator.evaluate(node, List.of(operands)).get(0);
    }

    private static Tensor absolute(Tensor tensor) {
        return Tensor.ofDoubles(
                tensor.shape(), Arrays.stream(tensor.toDoubles()).map(Math::abs).toArray());
    }

    private static double dot(Tensor a, Tensor b) {
        double[] left = a.toDoubles();
        double[] right = b.toDoubles();
        double total = 0;
        for (int i = 0; i < left.length; i++) {
            total += left[i] * right[i];
        }
        return total;
    }

    private static Tensor random(long seed, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.ofDoubles(
                shape, new Random(seed).doubles(shape.size(), -1, 1).toArray());
    }
}
