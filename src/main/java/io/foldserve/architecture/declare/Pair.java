package io.foldserve.architecture.declare;

import java.util.List;

/** One number per spatial axis, height first. */
public record Pair(int height, int width) {

    /** The same number for both axes. */
    public static Pair of(int both) {
        return new Pair(both, both);
    }

    /** The two numbers of a list: height, width. */
    public static Pair of(List<Integer> axes) {
        return new Pair(axes.get(0), axes.get(1));
    }

    /** The numbers with their axes exchanged. */
    public Pair swapped() {
        return new Pair(width, height);
    }

    /** The numbers as ONNX lists them. */
    public List<Integer> toList() {
        return List.of(height, width);
    }

    /** For people: {@code 3×3}. */
    @Override
    public String toString() {
        return height + "×" + width;
    }
}
