package io.foldserve.evaluate;

import io.foldserve.graph.EinsumEquation;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An einsum of any form, as one loop over all its indexes: the result's outermost, the summed ones innermost. */
final class EinsumLoop {
    private EinsumLoop() {}

    static double[] sum(EinsumEquation equation, List<Shape> shapes, List<double[]> values) {
        List<String> order = new ArrayList<>(equation.output());
        equation.extents().keySet().stream()
                .filter(index -> !equation.output().contains(index))
                .forEach(order::add);
        int[] extents = order.stream().mapToInt(equation::extent).toArray();
        List<int[]> strides = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            strides.add(strides(order, equation.operands().get(i), shapes.get(i)));
        }
        double[] result = new double[equation.result().size()];
        long total = Arrays.stream(extents).asLongStream().reduce(1, Math::multiplyExact);
        long summed = result.length == 0 ? 1 : total / result.length;
        Odometer odometer = new Odometer(extents, strides);
        for (long step = 0; step < total; step++) {
            double term = 1.0;
            for (int operand = 0; operand < values.size(); operand++) {
                term *= values.get(operand)[odometer.offset(operand)];
            }
            result[(int) (step / summed)] += term;
            odometer.advance();
        }
        return result;
    }

    /**
     * How far the operand moves when an index advances: the sum of its axes' strides, so that a diagonal is followed.
     */
    private static int[] strides(List<String> order, List<String> indexes, Shape shape) {
        int[] own = shape.strides();
        int[] strides = new int[order.size()];
        for (int axis = 0; axis < indexes.size(); axis++) {
            strides[order.indexOf(indexes.get(axis))] += shape.extent(axis) == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** Counts through all indexes, the last one fastest, and keeps every operand's offset. */
    private static final class Odometer {
        private final int[] extents;
        private final List<int[]> strides;
        private final int[] index;
        private final int[] offsets;

        Odometer(int[] extents, List<int[]> strides) {
            this.extents = extents;
            this.strides = strides;
            this.index = new int[extents.length];
            this.offsets = new int[strides.size()];
        }

        int offset(int operand) {
            return offsets[operand];
        }

        void advance() {
            for (int axis = extents.length - 1; axis >= 0; axis--) {
                index[axis]++;
                move(axis, 1);
                if (index[axis] < extents[axis]) {
                    return;
                }
                move(axis, -extents[axis]);
                index[axis] = 0;
            }
        }

        private void move(int axis, int steps) {
            for (int operand = 0; operand < offsets.length; operand++) {
                offsets[operand] += steps * strides.get(operand)[axis];
            }
        }
    }
}
