package io.foldserve.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The most probable classes of a picture.
 *
 * @param classes by falling logit; equal ones by rising index
 */
public record ClassificationAnswer(List<Ranked> classes) implements Answer {

    /** Copies the list. */
    public ClassificationAnswer {
        classes = List.copyOf(classes);
    }

    /**
     * One class.
     *
     * @param index the class's index, from 0
     * @param label its label
     * @param probability of the soft-max over all classes, 0 to 1
     * @param logit the network's own output
     */
    public record Ranked(int index, String label, float probability, float logit) {}

    /** The {@code topK} of all classes; one entry in each argument for each class. */
    static ClassificationAnswer of(float[] logits, float[] probabilities, List<String> labels, int topK) {
        // Best first; equal logits (soft-max may round different ones to equal probabilities) by index.
        Comparator<Integer> order = Comparator.<Integer, Float>comparing(index -> logits[index])
                .reversed()
                .thenComparing(index -> index);
        PriorityQueue<Integer> worstFirst = new PriorityQueue<>(topK + 1, order.reversed());
        for (int index = 0; index < logits.length; index++) {
            worstFirst.add(index);
            if (worstFirst.size() > topK) {
                worstFirst.remove();
            }
        }
        List<Integer> best = new ArrayList<>(worstFirst);
        best.sort(order);
        return new ClassificationAnswer(best.stream()
                .map(index -> new Ranked(index, labels.get(index), probabilities[index], logits[index]))
                .toList());
    }
}
