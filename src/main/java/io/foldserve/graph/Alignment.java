package io.foldserve.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Matches two sequences by their longest common subsequence. Time and memory grow with the product of what lies between
 * their common beginning and their common end.
 */
final class Alignment {
    private Alignment() {}

    /**
     * One step through both sequences: an index into each if they match here, else into one of them.
     *
     * @param left the index into the left sequence, if it takes part
     * @param right the index into the right sequence, if it takes part
     */
    record Pair(Optional<Integer> left, Optional<Integer> right) {}

    /** The steps that go through all of {@code left} and {@code right} with as many matches as possible. */
    static List<Pair> of(List<String> left, List<String> right) {
        int shorter = Math.min(left.size(), right.size());
        int start = 0;
        while (start < shorter && left.get(start).equals(right.get(start))) {
            start++;
        }
        int tail = 0;
        while (tail < shorter - start && left.get(left.size() - 1 - tail).equals(right.get(right.size() - 1 - tail))) {
            tail++;
        }
        List<Pair> pairs = new ArrayList<>();
        both(0, 0, start, pairs);
        between(left.subList(start, left.size() - tail), right.subList(start, right.size() - tail), start, pairs);
        both(left.size() - tail, right.size() - tail, tail, pairs);
        return pairs;
    }

    private static void both(int left, int right, int count, List<Pair> pairs) {
        for (int i = 0; i < count; i++) {
            pairs.add(new Pair(Optional.of(left + i), Optional.of(right + i)));
        }
    }

    /** Adds the steps between the common beginning, {@code start} long, and the common end. */
    private static void between(List<String> left, List<String> right, int start, List<Pair> pairs) {
        int[][] matches = matches(left, right);
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            boolean both = i < left.size() && j < right.size();
            if (both && left.get(i).equals(right.get(j))) {
                both(start + i++, start + j++, 1, pairs);
            } else if (j == right.size() || (both && matches[i + 1][j] >= matches[i][j + 1])) {
                pairs.add(new Pair(Optional.of(start + i++), Optional.empty()));
            } else {
                pairs.add(new Pair(Optional.empty(), Optional.of(start + j++)));
            }
        }
    }

    /** For every pair of suffixes the length of their longest common subsequence. */
    private static int[][] matches(List<String> left, List<String> right) {
        int[][] matches = new int[left.size() + 1][right.size() + 1];
        for (int i = left.size() - 1; i >= 0; i--) {
            for (int j = right.size() - 1; j >= 0; j--) {
                matches[i][j] = left.get(i).equals(right.get(j))
                        ? matches[i + 1][j + 1] + 1
                        : Math.max(matches[i + 1][j], matches[i][j + 1]);
            }
        }
        return matches;
    }
}
