package io.foldserve.statistics;

import java.util.OptionalLong;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * Evidence against two answerers of the same questions being equally often right, which may be looked at after every
 * answer: {@code e = B(½ + wins, ½ + losses) / B(½, ½) · 2^(wins + losses)}, the likelihood of the disagreements under
 * a coin of unknown bias (Jeffreys' prior) relative to a fair coin. For a fair coin it is a martingale that begins at
 * 1, so it ever reaches 20 in at most 1 of 20 experiments, however often one looks (J. Ville, 1939; P. Grünwald, R. de
 * Heide, W. Koolen, "Safe testing", JRSS B 2024).
 *
 * @param wins the disagreements in which the first was right
 * @param losses the disagreements in which the second was right
 */
public record EValue(long wins, long losses) {
    /** From here on the difference counts as shown, at 5 %. */
    public static final double DECIDED = 20;

    private static final long LONGEST_OUTLOOK = 1_000_000;

    /** Refuses negative counts. */
    public EValue {
        if (wins < 0 || losses < 0) {
            throw new IllegalArgumentException("counts must be at least 0, found %d and %d".formatted(wins, losses));
        }
    }

    /** The evidence of the disagreements of {@code table}. */
    public static EValue of(PairedTable table) {
        return new EValue(table.onlyFirst(), table.onlySecond());
    }

    /** The e-value; infinite beyond what a double holds. */
    public double value() {
        return Math.exp(log());
    }

    /** The e-value's natural logarithm. */
    public double log() {
        return log((double) wins, (double) losses);
    }

    /** True when the two are shown to differ. */
    public boolean isDecided() {
        return log() >= Math.log(DECIDED);
    }

    /**
     * About how many more disagreements decide, if they go on as so far; empty if there is none so far, or a million
     * would not do.
     */
    public OptionalLong disagreementsToGo() {
        long n = wins + losses;
        if (n == 0 || !decides(LONGEST_OUTLOOK)) {
            return OptionalLong.empty();
        }
        long low = 0;
        long high = LONGEST_OUTLOOK;
        while (low < high) {
            long middle = (low + high) / 2;
            if (decides(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return OptionalLong.of(Math.max(0, low - n));
    }

    private boolean decides(long disagreements) {
        double first = (double) wins / (wins + losses) * disagreements;
        return log(first, disagreements - first) >= Math.log(DECIDED);
    }

    private static double log(double wins, double losses) {
        return LogBeta.value(0.5 + wins, 0.5 + losses) - Math.log(Math.PI) + (wins + losses) * Math.log(2);
    }
}
