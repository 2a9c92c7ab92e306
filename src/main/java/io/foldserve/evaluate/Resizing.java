package io.foldserve.evaluate;

import io.foldserve.graph.Axes;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Resize with modes nearest and linear (separable, without antialiasing), one axis at a time. Position i of the output
 * reads input coordinate {@code (i + ½)/scale − ½} (half_pixel), {@code i/scale} (asymmetric) or
 * {@code i·(in−1)/(out−1)} (align_corners).
 */
final class Resizing implements Kernel {
    @Override
    public List<Tensor> run(Call call) {
        call.check(call.node().integer("antialias", 0) == 0, "antialias 0", "antialias 1");
        String mode = call.node().text("mode", "nearest");
        call.check(mode.equals("nearest") || mode.equals("linear"), "mode nearest or linear", mode);
        double[] values = call.doubles(0);
        Shape shape = call.shape(0);
        for (int axis = 0; axis < shape.rank(); axis++) {
            int outputs = call.output(0).extent(axis);
            double scale = scale(call, axis);
            if (outputs != shape.extent(axis) || scale != 1.0) {
                IntToDoubleFunction coordinate = coordinate(call, shape.extent(axis), outputs, scale);
                values = mode.equals("nearest")
                        ? nearest(call, values, shape, axis, outputs, coordinate)
                        : linear(values, shape, axis, outputs, coordinate);
                shape = shape.with(axis, outputs);
            }
        }
        return call.like(0, values);
    }

    /** The declared scale of {@code axis}; with sizes, the quotient of the extents. */
    private static double scale(Call call, int axis) {
        Shape shape = call.shape(0);
        Optional<Tensor> scales = call.find(2).filter(values -> values.shape().size() > 0);
        if (scales.isEmpty()) {
            return (double) call.output(0).extent(axis) / shape.extent(axis);
        }
        List<Integer> axes = call.node().integers("axes", List.of());
        int index = axes.isEmpty()
                ? axis
                : axes.stream()
                        .map(declared -> Axes.normal(call.node(), declared, shape.rank()))
                        .toList()
                        .indexOf(axis);
        return index < 0 ? 1.0 : scales.get().toDoubles()[index];
    }

    private static IntToDoubleFunction coordinate(Call call, int inputs, int outputs, double scale) {
        String mode = call.node().text("coordinate_transformation_mode", "half_pixel");
        return switch (mode) {
            case "half_pixel" -> i -> (i + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> i -> outputs > 1 ? (i + 0.5) / scale - 0.5 : 0.0;
            case "asymmetric" -> i -> i / scale;
            case "align_corners" -> i -> outputs > 1 ? (double) i * (inputs - 1) / (outputs - 1) : 0.0;
            default ->
                throw call.refused(
                        "expected coordinate_transformation_mode half_pixel, pytorch_half_pixel, asymmetric or "
                                + "align_corners, found " + mode);
        };
    }

    private static double[] nearest(
            Call call, double[] values, Shape shape, int axis, int outputs, IntToDoubleFunction coordinate) {
        String mode = call.node().text("nearest_mode", "round_prefer_floor");
        int[] picked = IntStream.range(0, outputs)
                .map(i -> bounded(rounded(call, mode, coordinate.applyAsDouble(i)), shape.extent(axis)))
                .toArray();
        return new Selection(values, shape).along(axis, picked).filledWith(0);
    }

    private static double rounded(Call call, String mode, double coordinate) {
        return switch (mode) {
            case "round_prefer_floor" -> Math.ceil(coordinate - 0.5);
            case "round_prefer_ceil" -> Math.floor(coordinate + 0.5);
            case "floor" -> Math.floor(coordinate);
            case "ceil" -> Math.ceil(coordinate);
            default ->
                throw call.refused(
                        "expected nearest_mode round_prefer_floor, round_prefer_ceil, floor or ceil, found " + mode);
        };
    }

    private static double[] linear(
            double[] values, Shape shape, int axis, int outputs, IntToDoubleFunction coordinate) {
        int inputs = shape.extent(axis);
        int step = shape.strides()[axis];
        int blocks = shape.size() / (inputs * step);
        double[] result = new double[blocks * outputs * step];
        for (int i = 0; i < outputs; i++) {
            double at = Math.min(Math.max(coordinate.applyAsDouble(i), 0.0), inputs - 1.0);
            int low = bounded(Math.floor(at), inputs);
            int high = bounded(low + 1.0, inputs);
            double share = at - low;
            for (int block = 0; block < blocks; block++) {
                int target = (block * outputs + i) * step;
                Matrix.addRow(1.0 - share, values, (block * inputs + low) * step, result, target, step);
                Matrix.addRow(share, values, (block * inputs + high) * step, result, target, step);
            }
        }
        return result;
    }

    private static int bounded(double position, int extent) {
        return (int) Math.min(Math.max(position, 0.0), extent - 1.0);
    }
}
