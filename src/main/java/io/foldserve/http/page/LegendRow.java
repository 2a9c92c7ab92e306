package io.foldserve.http.page;

import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.ClassColours;
import io.foldserve.task.SegmentationAnswer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One class of masks.
 *
 * @param index the class's index
 * @param label its label
 * @param colour its colour, as in CSS
 * @param shares how much of each variant's mask it takes
 */
public record LegendRow(int index, String label, String colour, List<String> shares) {

    /** The classes that some mask has, by rising index; none for a classification. */
    static List<LegendRow> of(Comparison comparison) {
        List<SegmentationAnswer> masks = comparison.answers().stream()
                .map(Answered::answer)
                .filter(SegmentationAnswer.class::isInstance)
                .map(SegmentationAnswer.class::cast)
                .toList();
        SortedSet<Integer> present = new TreeSet<>();
        masks.forEach(mask -> mask.classes().forEach(area -> present.add(area.index())));
        return present.stream()
                .map(index -> new LegendRow(
                        index,
                        comparison.labels().get(index),
                        ClassColours.hex(index),
                        masks.stream().map(mask -> share(mask, index)).toList()))
                .toList();
    }

    private static String share(SegmentationAnswer mask, int index) {
        return Texts.percent(mask.classes().stream()
                .filter(area -> area.index() == index)
                .mapToDouble(SegmentationAnswer.Area::fraction)
                .sum());
    }
}
