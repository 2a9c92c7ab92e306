package io.foldserve.statistics;

import java.util.random.RandomGenerator;

/** What simulated experiments draw. */
final class Draws {
    private Draws() {}

    /** How many of {@code n} tosses succeed. */
    static long successes(RandomGenerator random, int n, double probability) {
        return random.doubles(n).filter(u -> u < probability).count();
    }

    /** A table of {@code n} questions that only the first, only the second, or both answer with these probabilities. */
    static PairedTable table(RandomGenerator random, int n, double onlyFirst, double onlySecond, double both) {
        long[] cells = new long[4];
        random.doubles(n).forEach(u -> cells[cell(u, onlyFirst, onlySecond, both)]++);
        return new PairedTable(cells[2], cells[0], cells[1], cells[3]);
    }

    private static int cell(double u, double onlyFirst, double onlySecond, double both) {
        if (u < onlyFirst) {
            return 0;
        }
        if (u < onlyFirst + onlySecond) {
            return 1;
        }
        return u < onlyFirst + onlySecond + both ? 2 : 3;
    }
}
