package io.foldserve.declaration;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant who mistyped a word. */
public final class Nearest {
    private Nearest() {}

    /**
     * The {@code most} of {@code known} that are nearest to {@code word}, the nearest first. A word may be the
     * beginning of a longer one: what is left out at its end counts only among words that are equally near without it.
     */
    public static List<String> of(String word, Collection<String> known, int most) {
        return known.stream()
                .sorted(Comparator.comparingInt((String other) -> distance(word, beginning(word, other)))
                        .thenComparingInt(other -> distance(word, other)))
                .limit(most)
                .toList();
    }

    private static String beginning(String word, String other) {
        return other.substring(0, Math.min(other.length(), word.length() + 1));
    }

    /** The one of {@code known} that {@code word} is most likely a slip for: at most a third of the shorter one's
     * letters differ. */
    public static Optional<String> slip(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(other -> distance(word, other)))
                .filter(nearest -> 3 * distance(word, nearest) <= Math.min(word.length(), nearest.length()));
    }

    /**
     * How many letters have to be inserted, deleted, replaced or exchanged with their neighbour to make {@code a} of
     * {@code b}, whatever their case: the optimal string alignment distance (Damerau, "A technique for computer
     * detection and correction of spelling errors"; Wagner and Fischer's recurrence).
     */
    static int distance(String a, String b) {
        String from = a.toLowerCase(Locale.ROOT);
        String to = b.toLowerCase(Locale.ROOT);
        int[][] distances = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : least(distances, from, i, to, j);
            }
        }
        return distances[from.length()][to.length()];
    }

    private static int least(int[][] distances, String from, int i, String to, int j) {
        int replaced = distances[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, Math.min(distances[i - 1][j], distances[i][j - 1]) + 1);
        boolean exchanged =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return exchanged ? Math.min(least, distances[i - 2][j - 2] + 1) : least;
    }
}
