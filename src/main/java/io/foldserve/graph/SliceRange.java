package io.foldserve.graph;

/**
 * The positions that a Slice takes along one axis: {@code start, start + step, …}, {@code count} of them.
 *
 * @param start the first position
 * @param step the distance between neighbours; not 0, negative runs backwards
 * @param count the number of positions, at least 0
 */
public record SliceRange(int start, int step, int count) {

    /**
     * The positions for ONNX's {@code start}, {@code end} (exclusive) and {@code step} along {@code extent} positions.
     */
    public static SliceRange of(long start, long end, long step, int extent) {
        long first = start < 0 ? start + extent : start;
        long last = end < 0 ? Math.max(end + extent, -1) : end;
        if (step > 0) {
            first = Math.min(Math.max(first, 0), extent);
            last = Math.min(Math.max(last, 0), extent);
        } else {
            first = Math.min(Math.max(first, 0), extent - 1L);
            last = Math.min(Math.max(last, -1), extent - 1L);
        }
        long distance = step > 0 ? last - first : first - last;
        long width = Math.min(Math.abs(step), Integer.MAX_VALUE);
        long count = Math.max(0, (distance + width - 1) / width);
        return new SliceRange((int) first, (int) (step > 0 ? width : -width), (int) count);
    }

    /** All of {@code extent} positions, in order. */
    public static SliceRange all(int extent) {
        return new SliceRange(0, 1, extent);
    }
}
