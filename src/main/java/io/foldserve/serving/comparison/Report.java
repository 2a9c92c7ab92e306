package io.foldserve.serving.comparison;

import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison's outcome: what is written as JSON and shown on the page. Immutable.
 *
 * @param model the model's name
 * @param task {@code classification} or {@code segmentation}
 * @param pictures how many pictures all variants answered
 * @param labelled how many of them have a known right answer
 * @param unreadable the pictures that could not be compared
 * @param variants each variant by itself
 * @param classes each class that was seen, if right answers are known
 * @param pairs each other variant against the baseline
 */
public record Report(
        String model,
        String task,
        long pictures,
        long labelled,
        List<Unreadable> unreadable,
        List<VariantReport> variants,
        List<ClassRow> classes,
        List<PairReport> pairs) {

    /** Copies the lists. */
    public Report {
        unreadable = List.copyOf(unreadable);
        variants = List.copyOf(variants);
        classes = List.copyOf(classes);
        pairs = List.copyOf(pairs);
    }

    /**
     * One variant.
     *
     * @param name its name
     * @param figures by method: {@code accuracy}, {@code top5Accuracy}, {@code mIoU}, {@code pixelAccuracy}
     */
    public record VariantReport(String name, Map<String, Figure> figures) {}

    /**
     * One class.
     *
     * @param label its label
     * @param n its pictures, or its pixels
     * @param figures by variant: the share of its pictures that is answered rightly, or its intersection over union
     */
    public record ClassRow(String label, long n, Map<String, Double> figures) {}

    /**
     * One variant against the baseline.
     *
     * @param variant its name
     * @param baseline the baseline's name
     * @param table who was right how often, the variant first; of classifications with right answers
     * @param figures by method: {@code agreement}, {@code kappa}, {@code mcnemar}, {@code eValue}, …
     * @param verdict what this shows
     * @param disagreements some of the pictures that they answer differently
     */
    public record PairReport(
            String variant,
            String baseline,
            Optional<PairedTable> table,
            Map<String, Figure> figures,
            Verdict verdict,
            List<Disagreement> disagreements) {}
}
