package io.foldserve.fold.term;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What has to be written before the convolution of a term: the averages, views and selection of its source, and the
 * padding that a convolution cannot express, which is a crop or a border of other than zeros. Terms of equal readings
 * share them. Immutable.
 *
 * @param source what is read
 * @param pads the padding for the spatial axes' beginnings, then their ends, negative for a crop; empty for none
 */
public record PreparedInput(TermInput source, List<Integer> pads) {
    /** Copies the list. */
    public PreparedInput {
        pads = List.copyOf(pads);
    }

    /** What {@code term} reads. */
    public static PreparedInput of(Term term) {
        if (term.source().isUpsampled()) {
            return new PreparedInput(term.source(), List.of());
        }
        boolean whole = !term.source().border().isZero();
        List<Integer> pads = paddings(term)
                .map(amount -> whole ? amount : Math.min(amount, 0))
                .toList();
        return new PreparedInput(term.source(), pads.stream().allMatch(amount -> amount == 0) ? List.of() : pads);
    }

    /** The padding that is left to the convolution of {@code term}, which reads this. */
    public List<Integer> remaining(Term term) {
        List<Integer> all = paddings(term).toList();
        return pads.isEmpty()
                ? all
                : IntStream.range(0, all.size())
                        .mapToObj(i -> all.get(i) - pads.get(i))
                        .toList();
    }

    private static Stream<Integer> paddings(Term term) {
        return Stream.concat(
                term.axes().stream().map(axis -> -axis.first()),
                term.axes().stream().map(AxisTaps::end));
    }

    /** True when it is the value itself. */
    public boolean isPlain() {
        return pads.isEmpty()
                && source.commuted().isEmpty()
                && source.channels().isEmpty();
    }

    /** By how much the padding extends the spatial axis {@code axis}. */
    public int added(int axis) {
        return pads.isEmpty() ? 0 : pads.get(axis) + pads.get(axis + pads.size() / 2);
    }
}
