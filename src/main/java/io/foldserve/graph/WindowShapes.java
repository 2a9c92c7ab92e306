package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Shapes of the operators that slide a {@link Window}: Conv, ConvTranspose, MaxPool, AveragePool. */
final class WindowShapes {
    private WindowShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of(
                "Conv", WindowShapes::conv,
                "ConvTranspose", WindowShapes::convTranspose,
                "MaxPool", WindowShapes::maxPool,
                "AveragePool", WindowShapes::pool);
    }

    private static List<Shape> conv(ShapeQuery query) {
        Shape input = query.shape(0);
        Shape kernel = query.shape(1);
        checkKernel(query, input, kernel);
        int groups = groups(query);
        query.check(
                input.extent(1) == kernel.extent(1) * groups && kernel.extent(0) % groups == 0,
                "an input of %d channels and output channels in %d groups for kernel %s"
                        .formatted(kernel.extent(1) * groups, groups, kernel),
                "input " + input);
        checkBias(query, kernel.extent(0));
        Window window = window(query, spatial(kernel), spatial(input));
        List<Integer> extents = new ArrayList<>(List.of(input.extent(0), kernel.extent(0)));
        for (int axis = 0; axis < window.axes(); axis++) {
            extents.add(positive(query, window.outputs(axis, input.extent(axis + 2)), input));
        }
        return List.of(new Shape(extents));
    }

    private static List<Shape> convTranspose(ShapeQuery query) {
        Shape input = query.shape(0);
        Shape kernel = query.shape(1);
        checkKernel(query, input, kernel);
        int groups = groups(query);
        query.check(
                input.extent(1) == kernel.extent(0) && kernel.extent(0) % groups == 0,
                "an input of %d channels in %d groups for kernel %s".formatted(kernel.extent(0), groups, kernel),
                "input " + input);
        checkBias(query, kernel.extent(1) * groups);
        Node node = query.node();
        if (node.attributes().containsKey("output_shape")
                || node.text("auto_pad", "NOTSET").startsWith("SAME")) {
            throw query.unknown("expected explicit pads and output_padding, found "
                    + node.attributes().keySet());
        }
        Window window = window(query, spatial(kernel), spatial(input));
        List<Integer> extra = attribute(query, "output_padding", window.axes(), 0);
        List<Integer> extents = new ArrayList<>(List.of(input.extent(0), kernel.extent(1) * groups));
        for (int axis = 0; axis < window.axes(); axis++) {
            int full = window.strides().get(axis) * (input.extent(axis + 2) - 1) + window.span(axis);
            int pads = window.padsBegin().get(axis) + window.padsEnd().get(axis);
            extents.add(positive(query, full + extra.get(axis) - pads, input));
        }
        return List.of(new Shape(extents));
    }

    /** The indices of the maxima, if they are asked for, have the shape of the maxima. */
    private static List<Shape> maxPool(ShapeQuery query) {
        List<Shape> maxima = pool(query);
        return List.of(maxima.get(0), maxima.get(0));
    }

    private static List<Shape> pool(ShapeQuery query) {
        Shape input = query.shape(0);
        query.check(input.rank() >= 3, "an input of at least 3 axes", input);
        List<Integer> kernel = query.node().integers("kernel_shape", List.of());
        query.check(
                kernel.size() == input.rank() - 2, "a kernel_shape for %d axes".formatted(input.rank() - 2), kernel);
        Window window = window(query, kernel, spatial(input));
        boolean ceil = query.node().integer("ceil_mode", 0) != 0;
        List<Integer> extents = new ArrayList<>(List.of(input.extent(0), input.extent(1)));
        for (int axis = 0; axis < window.axes(); axis++) {
            int outputs = window.outputs(axis, input.extent(axis + 2));
            boolean more = ceil && startsInside(window, axis, outputs, input.extent(axis + 2));
            extents.add(positive(query, more ? outputs + 1 : outputs, input));
        }
        return List.of(new Shape(extents));
    }

    /**
     * With ceil_mode a last, incomplete window counts if the complete ones leave positions over and it starts before
     * the end padding: PyTorch's and ONNX Runtime's reading of the ONNX formula.
     */
    private static boolean startsInside(Window window, int axis, int outputs, int input) {
        int padded = input + window.padsBegin().get(axis) + window.padsEnd().get(axis);
        int stride = window.strides().get(axis);
        boolean left = (outputs - 1) * stride + window.span(axis) < padded;
        return left && outputs * stride < input + window.padsBegin().get(axis);
    }

    private static void checkKernel(ShapeQuery query, Shape input, Shape kernel) {
        query.check(
                input.rank() >= 3 && kernel.rank() == input.rank(),
                "an input and a kernel of equally many axes, at least 3",
                "input %s, kernel %s".formatted(input, kernel));
        List<Integer> declared = query.node().integers("kernel_shape", spatial(kernel));
        query.check(declared.equals(spatial(kernel)), "kernel_shape " + spatial(kernel), declared);
    }

    private static int groups(ShapeQuery query) {
        long groups = query.node().integer("group", 1);
        query.check(groups >= 1, "at least 1 group", groups);
        return Math.toIntExact(groups);
    }

    private static void checkBias(ShapeQuery query, int channels) {
        query.find(2).ifPresent(bias -> query.check(bias.equals(Shape.of(channels)), "a bias of " + channels, bias));
    }

    private static Window window(ShapeQuery query, List<Integer> kernel, List<Integer> input) {
        int axes = kernel.size();
        query.check(kernel.stream().allMatch(k -> k >= 1), "a kernel of at least one tap per axis", kernel);
        for (String name : List.of("strides", "dilations")) {
            List<Integer> steps = attribute(query, name, axes, 1);
            query.check(steps.stream().allMatch(step -> step >= 1), name + " of at least 1", steps);
        }
        attribute(query, "pads", 2 * axes, 0);
        return Window.of(query.node(), kernel, input);
    }

    private static List<Integer> attribute(ShapeQuery query, String name, int count, int absent) {
        List<Integer> found = query.node().integers(name, Collections.nCopies(count, absent));
        query.check(found.size() == count, "%d %s".formatted(count, name), found);
        return found;
    }

    private static int positive(ShapeQuery query, int outputs, Shape input) {
        query.check(outputs >= 1, "an input that the window fits into", input);
        return outputs;
    }

    private static List<Integer> spatial(Shape shape) {
        return shape.extents().subList(2, shape.rank());
    }
}
