package io.foldserve.task;

import io.foldserve.task.image.Region;
import java.util.Arrays;

/**
 * The class index of every pixel, with a row and a column of the network's mask for each row and column of its own: a
 * mask in the size of a large picture takes no more memory than the network's and two short arrays.
 *
 * <p>Immutable and thread-safe.
 */
final class ClassMask {
    private final int[] classes;
    private final int stride;
    private final int[] columns;
    private final int[] rows;

    private ClassMask(int[] classes, int stride, int[] columns, int[] rows) {
        this.classes = classes;
        this.stride = stride;
        this.columns = columns;
        this.rows = rows;
    }

    /** The network's own mask, {@code width × height}, row by row from the top left; keeps the array. */
    static ClassMask of(int width, int height, int[] classes) {
        return new ClassMask(classes, width, nearest(0, width, width), nearest(0, height, height));
    }

    /**
     * The part {@code shown} of this mask in another size: pixel {@code (x, y)} has the class of pixel
     * {@code (left + ⌊(2x + 1) · shownWidth / 2 width⌋, top + ⌊(2y + 1) · shownHeight / 2 height⌋)}, in which its
     * middle lies.
     */
    ClassMask stretched(Region shown, int width, int height) {
        int[] across = nearest(shown.left(), shown.width(), width);
        int[] down = nearest(shown.top(), shown.height(), height);
        return new ClassMask(
                classes,
                stride,
                Arrays.stream(across).map(column -> columns[column]).toArray(),
                Arrays.stream(down).map(row -> rows[row]).toArray());
    }

    private static int[] nearest(int first, int in, int out) {
        int[] nearest = new int[out];
        for (int i = 0; i < out; i++) {
            nearest[i] = first + (int) ((2L * i + 1) * in / (2L * out));
        }
        return nearest;
    }

    int width() {
        return columns.length;
    }

    int height() {
        return rows.length;
    }

    /** The number of pixels, which {@link io.foldserve.task.image.ImageLimits} keeps within an array's length. */
    int pixels() {
        return Math.multiplyExact(width(), height());
    }

    int at(int x, int y) {
        return classes[rows[y] * stride + columns[x]];
    }
}
