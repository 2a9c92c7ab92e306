package io.foldserve.serving.request;

import io.foldserve.serving.request.Comparison.Agreement;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.MaskDifference;
import io.foldserve.task.SegmentationAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How answers to one picture compare. */
final class AnswerAgreement {
    private AnswerAgreement() {}

    /** Each other answer beside the baseline's, among {@code answers} of which one is the baseline's. */
    static List<Agreement> withBaseline(List<Answered> answers, int classes) {
        Answered baseline =
                answers.stream().filter(Answered::baseline).findFirst().orElseThrow();
        return answers.stream()
                .filter(answered -> !answered.baseline())
                .map(answered -> between(answered, baseline, classes))
                .toList();
    }

    private static Agreement between(Answered ours, Answered baseline, int classes) {
        if (ours.answer() instanceof SegmentationAnswer mask && baseline.answer() instanceof SegmentationAnswer other) {
            MaskDifference masks = MaskDifference.between(mask, other, classes);
            return new Agreement(ours.variant(), baseline.variant(), masks.pixels() == 0, 0, Optional.of(masks));
        }
        ClassificationAnswer first = (ClassificationAnswer) ours.answer();
        ClassificationAnswer second = (ClassificationAnswer) baseline.answer();
        boolean same = first.classes().get(0).index() == second.classes().get(0).index();
        return new Agreement(ours.variant(), baseline.variant(), same, difference(first, second), Optional.empty());
    }

    private static double difference(ClassificationAnswer first, ClassificationAnswer second) {
        Map<Integer, Float> others = second.classes().stream()
                .collect(
                        Collectors.toMap(ClassificationAnswer.Ranked::index, ClassificationAnswer.Ranked::probability));
        return first.classes().stream()
                .mapToDouble(ranked -> Math.abs(ranked.probability() - others.getOrDefault(ranked.index(), 0f)))
                .max()
                .orElse(0);
    }
}
