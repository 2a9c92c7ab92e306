package io.foldserve.statistics;

import java.util.stream.IntStream;

/**
 * Agreement beyond what the answers' frequencies alone would give (J. Cohen, "A coefficient of agreement for nominal
 * scales", Educational and Psychological Measurement 1960, 20:37–46).
 */
public final class CohensKappa {
    private CohensKappa() {}

    /**
     * κ of {@code counts}: row by the first's answer, column by the second's. The interval is that of the large-sample
     * variance (J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 1969, 72:323–327), cut at −1 and 1. Where
     * both always give one and the same answer κ is 1: nothing is left to disagree about.
     *
     * @param counts a square table with at least one answer in it
     */
    public static Estimate of(long[][] counts) {
        int classes = counts.length;
        double n = total(counts);
        double[] rows = IntStream.range(0, classes)
                .mapToDouble(row -> sum(counts, row, true) / n)
                .toArray();
        double[] columns = IntStream.range(0, classes)
                .mapToDouble(column -> sum(counts, column, false) / n)
                .toArray();
        double observed =
                IntStream.range(0, classes).mapToDouble(i -> counts[i][i] / n).sum();
        double expected = IntStream.range(0, classes)
                .mapToDouble(i -> rows[i] * columns[i])
                .sum();
        if (expected >= 1) {
            return new Estimate(1, new Interval(1, 1));
        }
        double kappa = (observed - expected) / (1 - expected);
        double half = Interval.Z * Math.sqrt(variance(counts, rows, columns, observed, expected) / n);
        return new Estimate(kappa, new Interval(Math.max(-1, kappa - half), Math.min(1, kappa + half)));
    }

    private static double total(long[][] counts) {
        long n = 0;
        for (long[] row : counts) {
            if (row.length != counts.length) {
                throw new IllegalArgumentException(
                        "a table of %d rows has as many columns, found %d".formatted(counts.length, row.length));
            }
            n += IntStream.range(0, row.length).mapToLong(column -> row[column]).sum();
        }
        if (n < 1) {
            throw new IllegalArgumentException("the table holds no answer");
        }
        return n;
    }

    private static double sum(long[][] counts, int line, boolean isRow) {
        return IntStream.range(0, counts.length)
                .mapToDouble(i -> isRow ? counts[line][i] : counts[i][line])
                .sum();
    }

    /** The variance of √n·κ. */
    private static double variance(long[][] counts, double[] rows, double[] columns, double observed, double expected) {
        double n = total(counts);
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                double factor = i == j
                        ? 1 - expected - (rows[i] + columns[i]) * (1 - observed)
                        : (1 - observed) * (columns[i] + rows[j]);
                sum += counts[i][j] / n * factor * factor;
            }
        }
        double last = observed * expected - 2 * expected + observed;
        return Math.max(0, (sum - last * last) / Math.pow(1 - expected, 4));
    }
}
