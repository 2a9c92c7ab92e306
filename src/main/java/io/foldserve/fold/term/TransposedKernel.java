package io.foldserve.fold.term;

import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How a term of an upsampled input is written as a ConvTranspose, the inverse of what reads one as a term: with a
 * kernel {@code [I, O/g, taps]} whose taps are in the opposite order. Stateless.
 */
public final class TransposedKernel {
    private TransposedKernel() {}

    /** False when no ConvTranspose is like {@code term}. */
    public static boolean fits(Term term) {
        List<Integer> upsampling = term.source().upsampling();
        for (int axis = 0; axis < upsampling.size(); axis++) {
            AxisTaps taps = term.axes().get(axis);
            if (taps.stride() != 1 || taps.last() < 0 || extra(taps) >= upsampling.get(axis)) {
                return false;
            }
        }
        return true;
    }

    // The output padding less the padding behind.
    private static int extra(AxisTaps taps) {
        return taps.end() - taps.step() * (taps.count() - 1);
    }

    /** The kernel of {@code term} as ConvTranspose stores it, from {@code rows} of shape {@code [O, I/g, taps]}. */
    public static Tensor of(Term term, Tensor rows) {
        List<Integer> extents = new ArrayList<>(List.of(term.inputs(), term.outputs() / term.groups()));
        term.axes().forEach(axis -> extents.add(axis.count()));
        double[] own = rows.toDoubles();
        Elements kernel = new Elements(rows.dtype(), new Shape(extents));
        int[] positions = positions(term);
        for (int i = 0; i < own.length; i++) {
            kernel.put(positions[i], own[i]);
        }
        return kernel.tensor();
    }

    /** The inverse of {@link #of}. */
    public static Tensor rows(Term term, Tensor kernel) {
        double[] stored = kernel.toDoubles();
        double[] rows = new double[stored.length];
        int[] positions = positions(term);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = stored[positions[i]];
        }
        return Tensor.ofDoubles(Shape.of(term.outputs(), term.groupInputs(), term.taps()), rows);
    }

    // Where ConvTranspose stores each element of the rows.
    private static int[] positions(Term term) {
        int[] positions = new int[term.outputs() * term.groupInputs() * term.taps()];
        int outputs = term.outputs() / term.groups();
        for (int o = 0, i = 0; o < term.outputs(); o++) {
            int first = Term.firstInput(term.outputs(), term.inputs(), term.groups(), o);
            for (int c = 0; c < term.groupInputs(); c++) {
                int to = ((first + c) * outputs + o % outputs) * term.taps();
                for (int a = 0; a < term.taps(); a++, i++) {
                    positions[i] = to + term.taps() - 1 - a;
                }
            }
        }
        return positions;
    }

    /** The attributes besides the kernel's shape, dilations and groups. */
    public static Map<String, Attribute> attributes(Term term) {
        List<AxisTaps> axes = term.axes();
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("strides", Attribute.ints(term.source().upsampling()));
        Stream<Integer> begin = axes.stream().map(AxisTaps::last);
        Stream<Integer> end = axes.stream().map(axis -> Math.max(0, -extra(axis)));
        attributes.put("pads", Attribute.ints(Stream.concat(begin, end).toList()));
        attributes.put(
                "output_padding",
                Attribute.ints(
                        axes.stream().map(axis -> Math.max(0, extra(axis))).toList()));
        return attributes;
    }
}
