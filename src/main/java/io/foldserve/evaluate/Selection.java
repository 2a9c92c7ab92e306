package io.foldserve.evaluate;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Picks elements of a row-major array by one table of positions per axis. */
final class Selection {
    private final double[] source;
    private final Shape shape;
    private final List<int[]> positions;

    /** Starts with every position of every axis. */
    Selection(double[] source, Shape shape) {
        this.source = source;
        this.shape = shape;
        this.positions = new ArrayList<>();
        for (int extent : shape.extents()) {
            positions.add(IntStream.range(0, extent).toArray());
        }
    }

    /** Picks {@code picked} along {@code axis}; -1 stands for an element that is not in the source. */
    Selection along(int axis, int[] picked) {
        positions.set(axis, picked.clone());
        return this;
    }

    /** The picked elements, row-major, and {@code fill} wherever a position is -1. */
    double[] filledWith(double fill) {
        int[] extents = positions.stream().mapToInt(picked -> picked.length).toArray();
        double[] result = new double[Shape.of(extents).size()];
        if (extents.length == 0) {
            result[0] = source[0];
        } else {
            copy(0, 0, new int[] {0}, result, fill);
        }
        return result;
    }

    /** Writes the block below one element of the axes outside {@code axis}; {@code at} is the writing position. */
    private void copy(int axis, int from, int[] at, double[] result, double fill) {
        int stride = shape.strides()[axis];
        boolean innermost = axis == positions.size() - 1;
        int block = innermost ? 1 : block(axis + 1);
        for (int position : positions.get(axis)) {
            if (position < 0) {
                Arrays.fill(result, at[0], at[0] + block, fill);
                at[0] += block;
            } else if (innermost) {
                result[at[0]++] = source[from + position];
            } else {
                copy(axis + 1, from + position * stride, at, result, fill);
            }
        }
    }

    private int block(int axis) {
        return positions.subList(axis, positions.size()).stream()
                .mapToInt(picked -> picked.length)
                .reduce(1, (a, b) -> a * b);
    }
}
