package io.foldserve.architecture;

import java.util.List;

/** One number per spatial axis, height first. */
record Pair(int height, int width) {

    /** The same number for both axes. */
    static Pair of(int both) {
        return new Pair(both, both);
    }

    /** The two numbers of a list: height, width. */
    static Pair of(List<Integer> axes) {
        return new Pair(axes.get(0), axes.get(1));
    }

    /** The numbers with their axes exchanged. */
    Pair swapped() {
        return new Pair(width, height);
    }

    /** The numbers as ONNX lists them. */
    List<Integer> toList() {
        return List.of(height, width);
    }

    /** For people: {@code 3×3}. */
    @Override
    public String toString() {
        return height + "×" + width;
    }
}
