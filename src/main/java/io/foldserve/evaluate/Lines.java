package io.foldserve.evaluate;

import io.foldserve.tensor.Shape;

/**
 * The lines of a row-major array along one axis.
 *
 * @param count the number of lines
 * @param length the elements of a line
 * @param step the distance between neighbours in a line
 */
record Lines(int count, int length, int step) {

    static Lines of(Shape shape, int axis) {
        int length = shape.extent(axis);
        return new Lines(length == 0 ? 0 : shape.size() / length, length, shape.strides()[axis]);
    }

    /** Where {@code line} starts. */
    int start(int line) {
        return line / step * step * length + line % step;
    }
}
