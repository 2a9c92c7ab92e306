package io.foldserve.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first; the empty shape is a scalar's.
 *
 * <p>A shape can always be allocated for: extents are at least 0 and their product fits an {@code int}.
 */
public record Shape(List<Integer> extents) {

    /** Copies the extents; refuses a negative one, and a product beyond {@link Integer#MAX_VALUE}. */
    public Shape {
        extents = List.copyOf(extents);
        long size = 1;
        for (int extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape " + extents + " has a negative extent");
            }
            // Below 2^62, for both factors are below 2^31.
            size *= extent;
            if (size > Integer.MAX_VALUE) {
                throw new ElementCountException("shape " + extents + " has more than 2^31-1 elements");
            }
        }
    }

    /** The shape with these extents, outermost first. */
    public static Shape of(int... extents) {
        List<Integer> list = new ArrayList<>(extents.length);
        for (int extent : extents) {
            list.add(extent);
        }
        return new Shape(list);
    }

    /** The number of axes. */
    public int rank() {
        return extents.size();
    }

    /** The extent of {@code axis}; a negative axis counts from the end. */
    public int extent(int axis) {
        return extents.get(axis < 0 ? axis + rank() : axis);
    }

    /** The number of elements. */
    public int size() {
        int size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        return size;
    }

    /** The row-major strides in elements, one per axis. */
    public int[] strides() {
        int[] strides = new int[rank()];
        int stride = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= Math.max(1, extents.get(axis));
        }
        return strides;
    }

    /** The extents as a new array. */
    public int[] toArray() {
        return extents.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The extents as a new array of longs, the form ONNX uses. */
    public long[] toLongs() {
        return extents.stream().mapToLong(Integer::longValue).toArray();
    }

    /** This shape with {@code axis} set to {@code extent}. */
    public Shape with(int axis, int extent) {
        List<Integer> changed = new ArrayList<>(extents);
        changed.set(axis < 0 ? axis + rank() : axis, extent);
        return new Shape(changed);
    }

    /**
     * The shape that {@code this} and {@code other} broadcast to under the NumPy rule (align the last axes, extents
     * equal or 1).
     *
     * @throws IllegalArgumentException if they do not broadcast
     */
    public Shape broadcast(Shape other) {
        int rank = Math.max(rank(), other.rank());
        Integer[] result = new Integer[rank];
        for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
            int mine = fromEnd <= rank() ? extent(-fromEnd) : 1;
            int theirs = fromEnd <= other.rank() ? other.extent(-fromEnd) : 1;
            if (mine != theirs && mine != 1 && theirs != 1) {
                throw new IllegalArgumentException("shapes " + this + " and " + other + " do not broadcast");
            }
            result[rank - fromEnd] = mine == 1 ? theirs : mine;
        }
        return new Shape(Collections.unmodifiableList(Arrays.asList(result)));
    }

    /** The extents joined by ×, for people: {@code 64×3×7×7}; a scalar is {@code scalar}. */
    @Override
    public String toString() {
        return extents.isEmpty()
                ? "scalar"
                : extents.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
