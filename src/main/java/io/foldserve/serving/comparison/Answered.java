package io.foldserve.serving.comparison;

import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.SegmentationAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One picture and the answers of all variants to it. Immutable. */
final class Answered {
    private final Example example;
    private final PreparedImage prepared;
    private final List<Answer> answers;
    private final int[] truth;

    /**
     * The answers in the order of the variants.
     *
     * @param truth the right class of each pixel of the network's input; empty if it is not known
     */
    Answered(Example example, PreparedImage prepared, List<Answer> answers, int... truth) {
        this.example = example;
        this.prepared = prepared;
        this.answers = List.copyOf(answers);
        this.truth = truth.clone();
    }

    Example example() {
        return example;
    }

    List<Answer> answers() {
        return answers;
    }

    int[] truth() {
        return truth.clone();
    }

    boolean isLabelled() {
        return truth.length > 0 || example.label().isPresent();
    }

    /** The variants whose answers differ from the baseline's. */
    List<Disagreement> disagreements(Subject subject) {
        List<Disagreement> found = new ArrayList<>();
        for (int variant = 0; variant < answers.size(); variant++) {
            if (variant != subject.baseline()) {
                disagreement(variant, subject).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Disagreement> disagreement(int variant, Subject subject) {
        Answer ours = answers.get(variant);
        Answer theirs = answers.get(subject.baseline());
        if (ours instanceof SegmentationAnswer mask && theirs instanceof SegmentationAnswer other) {
            double agreement = agreement(mask, other);
            return agreement == 1
                    ? Optional.empty()
                    : Optional.of(disagreement(variant, "", present(mask), present(other), agreement));
        }
        String label = best(ours);
        String other = best(theirs);
        String right = example.label().map(subject.labels()::get).orElse("");
        return label.equals(other) ? Optional.empty() : Optional.of(disagreement(variant, right, label, other, 0));
    }

    private Disagreement disagreement(int variant, String right, String ours, String theirs, double agreement) {
        return new Disagreement(variant, example.name(), right, ours, theirs, agreement);
    }

    private static double agreement(SegmentationAnswer ours, SegmentationAnswer theirs) {
        int pixels = ours.width() * ours.height();
        int same = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            same += ours.classAt(pixel) == theirs.classAt(pixel) ? 1 : 0;
        }
        return (double) same / pixels;
    }

    private static String present(SegmentationAnswer mask) {
        return String.join(
                ", ",
                mask.classes().stream().map(SegmentationAnswer.Area::label).toList());
    }

    private static String best(Answer answer) {
        return ((ClassificationAnswer) answer).classes().get(0).label();
    }

    /** The picture as the network sees it, and of a segmentation both masks over it, as data URIs. */
    List<String> thumbnails(int variant, Subject subject) {
        List<String> pictures = new ArrayList<>();
        pictures.add(Thumbnail.of(prepared.picture()));
        for (int shown : new int[] {variant, subject.baseline()}) {
            if (answers.get(shown) instanceof SegmentationAnswer mask) {
                pictures.add(Thumbnail.of(mask, prepared.picture()));
            }
        }
        return pictures;
    }
}
