package io.foldserve.statistics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws a sample anew many times without holding it: in each draw every unit counts as often as a Poisson variable of
 * mean 1 says (J. A. Hanley, B. MacGibbon, "Creating non-parametric bootstrap samples using Poisson frequencies",
 * Computer Methods and Programs in Biomedicine 2006, 83:57–62). A unit's counts depend on its name alone, so sums over
 * shards are those over the whole, in any order, and two answerers of one unit are drawn together.
 */
public final class PoissonBootstrap {
    /** How many times the sample is drawn anew. */
    public static final int DRAWS = 1000;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private PoissonBootstrap() {}

    /** How often the unit called {@code name} counts in each of the {@value #DRAWS} draws of {@code seed}. */
    public static int[] counts(long seed, String name) {
        SplittableRandom random = new SplittableRandom(seed ^ hash(name));
        return random.doubles(DRAWS).mapToInt(PoissonBootstrap::poisson).toArray();
    }

    /**
     * {@code value} with the interval that spans the middle 95 % of {@code drawn}, the same figure of each draw; draws
     * that give no number are left out.
     */
    public static Estimate percentile(double value, double... drawn) {
        double[] sorted = Arrays.stream(drawn).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return new Estimate(value, new Interval(value, value));
        }
        double tail = (1 - Interval.CONFIDENCE) / 2;
        int low = (int) Math.floor(tail * (sorted.length - 1));
        return new Estimate(value, new Interval(sorted[low], sorted[sorted.length - 1 - low]));
    }

    /** The Poisson quantile of mean 1. */
    private static int poisson(double uniform) {
        int k = 0;
        double probability = Math.exp(-1);
        for (double below = probability; below < uniform && k < 20; below += probability) {
            k++;
            probability /= k;
        }
        return k;
    }

    /** FNV-1a of the name's UTF-8 bytes. */
    private static long hash(String name) {
        long hash = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}
