package io.foldserve.serving.comparison;

import io.foldserve.statistics.PairedTable;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.ClassificationAnswer.Ranked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is counted of classifications, by the variants' numbers in the model's order.
 *
 * @param counts where it is counted
 */
record ClassificationCounts(Counts counts) {
    private static final String RIGHT = "right/%d/%d";
    private static final String AMONG_FIVE = "amongFive/%d";
    private static final String PICTURES = "pictures/%d";
    private static final String ANSWERS = "answers/%d/%d/";
    private static final String CELL = "pair/%d/%d/%s";

    /** Counts the answers of all variants to one picture, each with up to five classes. */
    void add(List<ClassificationAnswer> answers, Optional<Integer> label, int baseline) {
        label.ifPresent(truth -> {
            counts.increment(PICTURES.formatted(truth));
            for (int variant = 0; variant < answers.size(); variant++) {
                judge(variant, answers.get(variant), truth);
            }
        });
        for (int variant = 0; variant < answers.size(); variant++) {
            if (variant != baseline) {
                pair(variant, baseline, answers, label);
            }
        }
    }

    private void judge(int variant, ClassificationAnswer answer, int truth) {
        if (best(answer) == truth) {
            counts.increment(RIGHT.formatted(variant, truth));
        }
        if (answer.classes().stream().map(Ranked::index).anyMatch(index -> index == truth)) {
            counts.increment(AMONG_FIVE.formatted(variant));
        }
    }

    private void pair(int variant, int baseline, List<ClassificationAnswer> answers, Optional<Integer> label) {
        int ours = best(answers.get(variant));
        int theirs = best(answers.get(baseline));
        counts.increment(ANSWERS.formatted(variant, baseline) + ours + "/" + theirs);
        label.ifPresent(truth -> counts.increment(CELL.formatted(variant, baseline, cell(ours, theirs, truth))));
    }

    private static String cell(int ours, int theirs, int truth) {
        if (ours == truth) {
            return theirs == truth ? "both" : "variant";
        }
        return theirs == truth ? "baseline" : "neither";
    }

    static int best(ClassificationAnswer answer) {
        return answer.classes().get(0).index();
    }

    /** How many pictures show the class. */
    long pictures(int truth) {
        return counts.get(PICTURES.formatted(truth));
    }

    /** How many pictures of the class the variant answers with it. */
    long right(int variant, int truth) {
        return counts.get(RIGHT.formatted(variant, truth));
    }

    /** For how many pictures the right class is among the variant's five best. */
    long amongFive(int variant) {
        return counts.get(AMONG_FIVE.formatted(variant));
    }

    /** Who was right, the variant first. */
    PairedTable pair(int variant, int baseline) {
        return new PairedTable(
                counts.get(CELL.formatted(variant, baseline, "both")),
                counts.get(CELL.formatted(variant, baseline, "variant")),
                counts.get(CELL.formatted(variant, baseline, "baseline")),
                counts.get(CELL.formatted(variant, baseline, "neither")));
    }

    /** The variant's answers by the baseline's, of the classes that either gave, in the order of their indices. */
    long[][] answers(int variant, int baseline) {
        String prefix = ANSWERS.formatted(variant, baseline);
        SortedSet<Integer> classes = new TreeSet<>();
        counts.below(prefix).keySet().forEach(name -> classes.addAll(indices(name, prefix)));
        List<Integer> order = new ArrayList<>(classes);
        long[][] table = new long[order.size()][order.size()];
        counts.below(prefix).forEach((name, vector) -> {
            List<Integer> pair = indices(name, prefix);
            table[order.indexOf(pair.get(0))][order.indexOf(pair.get(1))] += vector[0];
        });
        return table;
    }

    private static List<Integer> indices(String name, String prefix) {
        String[] parts = name.substring(prefix.length()).split("/", -1);
        return List.of(Integer.valueOf(parts[0]), Integer.valueOf(parts[1]));
    }
}
