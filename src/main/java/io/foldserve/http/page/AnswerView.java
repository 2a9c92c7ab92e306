package io.foldserve.http.page;

import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.ClassificationAnswer.Ranked;
import io.foldserve.task.SegmentationAnswer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One variant's answer.
 *
 * @param variant its name
 * @param baseline whether the others are compared with it
 * @param best the class that it gives first; empty for a mask
 * @param other the variant whose bars are shown behind this one's; empty if there is none
 * @param bars a classification's classes
 * @param overlay a mask over the picture, as a data URI; empty for a classification
 * @param width a mask's width in pixels
 * @param height a mask's height in pixels
 * @param runs a mask as class, length, class, length, …
 */
public record AnswerView(
        String variant,
        boolean baseline,
        String best,
        String other,
        List<Bar> bars,
        String overlay,
        int width,
        int height,
        String runs) {

    /**
     * One class.
     *
     * @param label its label
     * @param value its probability as text
     * @param width its probability as a width of 100
     * @param ghost the other variant's, likewise
     */
    public record Bar(String label, String value, String width, String ghost) {}

    /** Whether this is a mask. */
    public boolean isMask() {
        return !overlay.isEmpty();
    }

    static AnswerView of(Answered answered, Comparison comparison, int topK) {
        if (answered.answer() instanceof SegmentationAnswer mask) {
            return new AnswerView(
                    answered.variant(),
                    answered.baseline(),
                    "",
                    "",
                    List.of(),
                    ResultView.dataUri(mask.overlayPng(comparison.picture())),
                    mask.width(),
                    mask.height(),
                    IntStream.of(mask.runs()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        }
        List<Answered> others = comparison.answers().stream()
                .filter(other -> other.baseline() != answered.baseline())
                .limit(1)
                .toList();
        Set<Integer> shown = comparison.best(topK);
        List<Bar> bars = ((ClassificationAnswer) answered.answer())
                .classes().stream()
                        .filter(ranked -> shown.contains(ranked.index()))
                        .map(ranked -> bar(ranked, others))
                        .toList();
        return new AnswerView(
                answered.variant(),
                answered.baseline(),
                bars.get(0).label(),
                others.stream().map(Answered::variant).collect(Collectors.joining()),
                bars,
                "",
                0,
                0,
                "");
    }

    private static Bar bar(Ranked ranked, List<Answered> others) {
        double ghost = others.stream()
                .mapToDouble(other -> probability(other.answer(), ranked.index()))
                .sum();
        return new Bar(
                ranked.label(),
                Texts.percent(ranked.probability()),
                Texts.decimal(100 * ranked.probability()),
                Texts.decimal(100 * ghost));
    }

    private static double probability(Answer answer, int index) {
        return ((ClassificationAnswer) answer)
                .classes().stream()
                        .filter(ranked -> ranked.index() == index)
                        .mapToDouble(Ranked::probability)
                        .sum();
    }
}
