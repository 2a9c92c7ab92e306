package io.foldserve.fold.term;

import io.foldserve.graph.Window;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a kernel reads along one axis: output position y reads input positions {@code stride·y + first + step·a} for
 * {@code 0 ≤ a < count}, zero outside the input. Immutable.
 *
 * @param first the offset of the first tap: −p for a leading padding of p, positive for a crop
 * @param step the distance of neighbouring taps (the dilation), at least 1
 * @param count the number of taps, at least 1
 * @param stride the distance of neighbouring outputs, at least 1
 * @param end the trailing padding, negative for a crop
 */
public record AxisTaps(int first, int step, int count, int stride, int end) {
    /** One tap that reads its own position. */
    public static final AxisTaps POINT = new AxisTaps(0, 1, 1, 1, 0);

    /** The taps of {@code window} along each of its axes. */
    public static List<AxisTaps> of(Window window) {
        return IntStream.range(0, window.axes())
                .mapToObj(axis -> new AxisTaps(
                        -window.padsBegin().get(axis),
                        window.dilations().get(axis),
                        window.kernel().get(axis),
                        window.strides().get(axis),
                        window.padsEnd().get(axis)))
                .toList();
    }

    /** The offset of the last tap. */
    public int last() {
        return first + step * (count - 1);
    }

    /** True when it reads its own position only. */
    public boolean isPoint() {
        return count == 1 && first == 0 && stride == 1 && end == 0;
    }

    /** True when it reads beyond the input at either end, as far as can be told without the input's extent. */
    public boolean pads() {
        return first < 0 || end > 0;
    }

    /** True when part of the input is cut off, which a convolution's own padding cannot express. */
    public boolean crops() {
        return first > 0 || end < 0;
    }

    /** The number of outputs for {@code input} positions. */
    public int outputs(int input) {
        return Math.floorDiv(input + end - last() - 1, stride) + 1;
    }

    /** True when this has as many outputs as {@code other} for every number of input positions. */
    public boolean hasExtentsOf(AxisTaps other) {
        return stride == other.stride && end - last() == other.end - other.last();
    }

    /** The tap that reads {@code offset}. */
    public int indexOf(int offset) {
        return (offset - first) / step;
    }

    /**
     * This after {@code inner}, both unbounded: {@code s = s₁s₂}, offsets {@code o₁ + s₁o₂}, trailing padding {@code e₁
     * + s₁e₂}.
     */
    public AxisTaps after(AxisTaps inner) {
        int start = inner.first + inner.stride * first;
        int reach = inner.last() + inner.stride * last() - start;
        int grid = gcd(inner.count > 1 ? inner.step : 0, count > 1 ? inner.stride * step : 0);
        int distance = grid == 0 ? 1 : grid;
        return new AxisTaps(
                start, distance, reach / distance + 1, inner.stride * stride, inner.end + inner.stride * end);
    }

    /** The taps of both, which must have the same stride and number of outputs. */
    public AxisTaps union(AxisTaps other) {
        int start = Math.min(first, other.first);
        int reach = Math.max(last(), other.last());
        int grid = gcd(gcd(count > 1 ? step : 0, other.count > 1 ? other.step : 0), Math.abs(first - other.first));
        int distance = grid == 0 ? 1 : grid;
        int trailing = reach + Math.max(end - last(), other.end - other.last());
        return new AxisTaps(start, distance, (reach - start) / distance + 1, stride, trailing);
    }

    /** The greatest common divisor; that of 0 and n is n. */
    public static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
