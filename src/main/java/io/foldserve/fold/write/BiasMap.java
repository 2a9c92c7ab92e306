package io.foldserve.fold.write;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * A term of ones of fixed extents, which is a constant map: one value for each output channel and position. Positions
 * at which the same taps lie inside have the same value, so the map is kept by distinct rows and columns. Immutable.
 */
public final class BiasMap {
    private final Term term;
    private final List<List<List<Integer>>> classes = new ArrayList<>();
    private final List<int[]> indexes = new ArrayList<>();

    /** The map that {@code term}, which reads ones of {@code extents}, is. */
    public BiasMap(Term term, List<Integer> extents) {
        this.term = term;
        for (int axis = 0; axis < extents.size(); axis++) {
            AxisTaps taps = term.axes().get(axis);
            List<List<Integer>> distinct = new ArrayList<>();
            int[] index = new int[taps.outputs(extents.get(axis))];
            for (int y = 0; y < index.length; y++) {
                List<Integer> inside = inside(taps, y, extents.get(axis));
                if (!distinct.contains(inside)) {
                    distinct.add(inside);
                }
                index[y] = distinct.indexOf(inside);
            }
            classes.add(distinct);
            indexes.add(index);
        }
    }

    private static List<Integer> inside(AxisTaps taps, int position, int extent) {
        List<Integer> inside = new ArrayList<>();
        for (int a = 0; a < taps.count(); a++) {
            int read = taps.stride() * position + taps.first() + taps.step() * a;
            if (read >= 0 && read < extent) {
                inside.add(a);
            }
        }
        return inside;
    }

    /** The number of distinct positions along each axis. */
    public List<Integer> distinct() {
        return classes.stream().map(List::size).toList();
    }

    /** For each position along {@code axis}, which of the distinct ones it is like. */
    public int[] index(int axis) {
        return indexes.get(axis).clone();
    }

    /** The values at the distinct positions, row-major {@code [O, distinct…]}. */
    public double[] values() {
        double[] kernel = term.weights().get().kernel();
        int taps = term.taps();
        int positions = distinct().stream().reduce(1, Math::multiplyExact);
        double[] values = new double[term.outputs() * positions];
        for (int p = 0; p < positions; p++) {
            boolean[] read = read(p);
            for (int o = 0; o < term.outputs(); o++) {
                for (int a = 0; a < taps; a++) {
                    values[o * positions + p] += read[a] ? kernel[o * taps + a] : 0;
                }
            }
        }
        return values;
    }

    // Which taps lie inside at distinct position number {@code position}.
    private boolean[] read(int position) {
        boolean[] read = new boolean[term.taps()];
        for (int a = 0; a < read.length; a++) {
            int tap = a;
            int place = position;
            boolean inside = true;
            for (int axis = classes.size() - 1; axis >= 0; axis--) {
                List<List<Integer>> distinct = classes.get(axis);
                int count = term.axes().get(axis).count();
                inside &= distinct.get(place % distinct.size()).contains(tap % count);
                place /= distinct.size();
                tap /= count;
            }
            read[a] = inside;
        }
        return read;
    }
}
