package io.foldserve.serving.comparison;

import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.TaskKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Everything that is kept of the pictures compared so far: it grows with the classes, not with the pictures.
 * Thread-safe.
 */
public final class Tally {
    private static final int MOST_CLASSES = 60;
    private static final int MOST_MASKS = 20;

    private final Subject subject;
    private final Counts counts;
    private final Disagreements disagreements;
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long pictures;
    private long labelled;

    /** Nothing compared yet. */
    Tally(Subject subject) {
        this(subject, new Counts(), 0, 0);
    }

    /** What a shard counted. */
    Tally(Subject subject, Counts counts, long pictures, long labelled) {
        this.subject = subject;
        this.counts = counts;
        this.disagreements = new Disagreements(subject.task() == TaskKind.SEGMENTATION ? MOST_MASKS : MOST_CLASSES);
        this.pictures = pictures;
        this.labelled = labelled;
    }

    /** Counts the answers of all variants to one picture. */
    void add(Answered answered) {
        int[] weights = subject.task() == TaskKind.SEGMENTATION
                ? SegmentationCounts.weights(answered.example().name())
                : new int[0];
        synchronized (this) {
            pictures++;
            labelled += answered.isLabelled() ? 1 : 0;
            if (subject.task() == TaskKind.SEGMENTATION) {
                addMasks(answered, weights);
            } else {
                classification()
                        .add(
                                answered.answers().stream()
                                        .map(ClassificationAnswer.class::cast)
                                        .toList(),
                                answered.example().label(),
                                subject.baseline());
            }
            answered.disagreements(subject)
                    .forEach(found -> disagreements.add(found, () -> answered.thumbnails(found.variant(), subject)));
        }
    }

    private void addMasks(Answered answered, int... weights) {
        List<Answer> answers = answered.answers();
        for (int variant = 0; variant < answers.size(); variant++) {
            SegmentationAnswer mask = (SegmentationAnswer) answers.get(variant);
            if (answered.isLabelled()) {
                segmentation().judge(variant, mask, answered.truth(), weights);
            }
            if (variant != subject.baseline()) {
                SegmentationAnswer theirs = (SegmentationAnswer) answers.get(subject.baseline());
                segmentation().pair(variant, subject.baseline(), mask, theirs, weights);
            }
        }
    }

    /** Counts a picture that could not be compared. */
    synchronized void add(Unreadable picture) {
        unreadable.add(picture);
    }

    /** Adds a disagreement that a shard found, of which there is no picture. */
    synchronized void add(Disagreement found) {
        disagreements.add(found, List::of);
    }

    /** Adds all that {@code other} counted. */
    synchronized void addAll(Tally other) {
        counts.addAll(other.counts);
        pictures += other.pictures;
        labelled += other.labelled;
        unreadable.addAll(other.unreadable);
        other.disagreements.all().forEach(this::add);
    }

    /** What is compared. */
    public Subject subject() {
        return subject;
    }

    /** How many pictures were compared. */
    public synchronized long pictures() {
        return pictures;
    }

    /** How many of them have a known right answer. */
    public synchronized long labelled() {
        return labelled;
    }

    /** The pictures that could not be compared, by name. */
    public synchronized List<Unreadable> unreadable() {
        return unreadable.stream()
                .sorted(Comparator.comparing(Unreadable::name))
                .toList();
    }

    /** The pictures of the disagreements that are kept, as data URIs. */
    public synchronized Map<Disagreement, List<String>> thumbnails() {
        return disagreements.thumbnails();
    }

    synchronized Disagreements disagreements() {
        return disagreements;
    }

    synchronized Counts counts() {
        return counts;
    }

    ClassificationCounts classification() {
        return new ClassificationCounts(counts());
    }

    SegmentationCounts segmentation() {
        return new SegmentationCounts(counts(), subject.labels().size());
    }
}
