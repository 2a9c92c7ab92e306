package io.foldserve.serving.experiment;

import io.foldserve.serving.comparison.Figure;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Proportion;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The counts of one experiment, put together to what is asked of them. Immutable. */
final class Tallies {
    private final TreeMap<String, Long> counts;

    Tallies(Map<String, Long> counts) {
        this.counts = new TreeMap<>(counts);
    }

    /** A count; 0 if nothing was counted. */
    long get(CountName name, Object... parts) {
        return counts.getOrDefault(name.of(parts), 0L);
    }

    /** A sum of millionths. */
    double sum(CountName name, Object... parts) {
        return get(name, parts) * Scores.MICRO;
    }

    /** The counts whose last part is a whole number, by that. */
    SortedMap<Integer, Long> buckets(CountName name, Object... parts) {
        SortedMap<Integer, Long> buckets = new TreeMap<>();
        below(name, parts).forEach((bucket, count) -> buckets.put(Integer.valueOf(bucket), count));
        return buckets;
    }

    private SortedMap<String, Long> below(CountName name, Object... parts) {
        String prefix = name.of(parts) + "/";
        SortedMap<String, Long> below = new TreeMap<>();
        counts.subMap(prefix, prefix + Character.MAX_VALUE)
                .forEach((key, count) -> below.put(key.substring(prefix.length()), count));
        return below;
    }

    /** How often the answers were right, if anything was said of any. */
    Optional<Proportion> right(String variant) {
        long right = get(CountName.RIGHT, variant, true);
        long n = right + get(CountName.RIGHT, variant, false);
        return n == 0 ? Optional.empty() : Optional.of(new Proportion(right, n));
    }

    /** Who was right, the variant first. */
    PairedTable table(String variant, String baseline) {
        return new PairedTable(
                get(CountName.CELL, variant, baseline, "both"),
                get(CountName.CELL, variant, baseline, "variant"),
                get(CountName.CELL, variant, baseline, "baseline"),
                get(CountName.CELL, variant, baseline, "neither"));
    }

    /** How often both gave alike answers, if both answered any. */
    Optional<Proportion> agreement(String variant, String baseline) {
        long agree = get(CountName.AGREE, variant, baseline, true);
        long n = agree + get(CountName.AGREE, variant, baseline, false);
        return n == 0 ? Optional.empty() : Optional.of(new Proportion(agree, n));
    }

    /** The variant's classes by the baseline's, of those that either gave. */
    long[][] confusion(String variant, String baseline) {
        SortedMap<String, Long> cells = below(CountName.ANSWERS, variant, baseline);
        SortedSet<Integer> classes = new TreeSet<>();
        cells.keySet().forEach(cell -> {
            classes.add(row(cell));
            classes.add(column(cell));
        });
        Integer[] order = classes.toArray(Integer[]::new);
        long[][] table = new long[order.length][order.length];
        cells.forEach((cell, count) ->
                table[Arrays.binarySearch(order, row(cell))][Arrays.binarySearch(order, column(cell))] += count);
        return table;
    }

    /** The pairs of classes, the variant's and the baseline's, that were given to one picture. */
    SortedMap<String, Long> cells(String variant, String baseline) {
        return below(CountName.ANSWERS, variant, baseline);
    }

    /** The variant's class of a cell. */
    static int row(String cell) {
        return Integer.parseInt(cell.substring(0, cell.indexOf('/')));
    }

    /** The baseline's class of a cell. */
    static int column(String cell) {
        return Integer.parseInt(cell.substring(cell.indexOf('/') + 1));
    }

    /** How long a stage of a variant took. */
    LatencySketch latency(String variant, String stage) {
        LatencySketch sketch = new LatencySketch();
        buckets(CountName.LATENCY, variant, stage).forEach(sketch::add);
        return sketch;
    }

    /** The median ratio of a pair's times, if any was timed. */
    Optional<Figure> ratio(String variant, String baseline) {
        SortedMap<Integer, Long> ratios = buckets(CountName.RATIO, variant, baseline);
        long n = ratios.values().stream().mapToLong(Long::longValue).sum();
        return n == 0
                ? Optional.empty()
                : Optional.of(Figure.of(
                        Ratios.quantile(ratios, 0.5),
                        n,
                        "median of the time relative to the baseline's, on one picture in an idle moment, within 1 %;"
                                + " of these sessions alone, see parity for the networks"));
    }
}
