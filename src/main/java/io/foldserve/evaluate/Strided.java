package io.foldserve.evaluate;

import io.foldserve.tensor.Shape;

/**
 * Copies elements out of a row-major array along arbitrary strides; the order of the copy is row-major in the result.
 */
final class Strided {
    private Strided() {}

    /**
     * The elements {@code source[start + Σ index·strides]} for every index below {@code extents}; a stride of 0
     * repeats, a negative one runs backwards.
     */
    static double[] copy(double[] source, int start, int[] extents, int[] strides) {
        double[] result = new double[Shape.of(extents).size()];
        if (result.length > 0) {
            copy(source, start, extents, strides, result);
        }
        return result;
    }

    private static void copy(double[] source, int start, int[] extents, int[] strides, double[] result) {
        int inner = extents.length - 1;
        int run = inner < 0 ? 1 : extents[inner];
        int step = inner < 0 ? 0 : strides[inner];
        int[] index = new int[extents.length];
        int from = start;
        for (int at = 0; at < result.length; at += run) {
            for (int i = 0, read = from; i < run; i++, read += step) {
                result[at + i] = source[read];
            }
            for (int axis = inner - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < extents[axis]) {
                    break;
                }
                from -= strides[axis] * extents[axis];
                index[axis] = 0;
            }
        }
    }

    /** The axes of {@code source} in another order: axis i of the result is axis {@code order[i]} of the source. */
    static double[] permuted(double[] source, Shape shape, int[] order) {
        int[] sourceStrides = shape.strides();
        int[] extents = new int[order.length];
        int[] strides = new int[order.length];
        boolean identity = true;
        for (int i = 0; i < order.length; i++) {
            extents[i] = shape.extent(order[i]);
            strides[i] = sourceStrides[order[i]];
            identity &= order[i] == i;
        }
        return identity ? source : copy(source, 0, extents, strides);
    }

    /** The elements of {@code source} repeated to {@code target}, under the NumPy broadcasting rule. */
    static double[] broadcast(double[] source, Shape shape, Shape target) {
        return shape.equals(target) ? source : copy(source, 0, target.toArray(), broadcastStrides(shape, target));
    }

    /** The strides that read {@code shape} as if it were {@code target}: 0 along repeated axes. */
    static int[] broadcastStrides(Shape shape, Shape target) {
        int[] own = shape.strides();
        int[] strides = new int[target.rank()];
        for (int axis = 0; axis < shape.rank(); axis++) {
            strides[axis + target.rank() - shape.rank()] = shape.extent(axis) == 1 ? 0 : own[axis];
        }
        return strides;
    }
}
