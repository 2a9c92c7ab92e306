package io.foldserve.serving.request;

import io.foldserve.serving.meter.Stage;
import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.MaskDifference;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.RasterImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What every variant of a model says about one picture, which was decoded and prepared once. Immutable.
 *
 * @param model the model's name
 * @param task what it does
 * @param labels its classes
 * @param picture the picture as the networks see it, in RGB or grey
 * @param stages how long the stages before the networks took, by stage
 * @param answers the variants' answers, in the manifest's order
 * @param agreements how each variant's answer compares with the baseline's; none if there is one variant only
 */
public record Comparison(
        String model,
        TaskKind task,
        List<String> labels,
        RasterImage picture,
        Map<Stage, Duration> stages,
        List<Answered> answers,
        List<Agreement> agreements) {

    /** Copies the collections. */
    public Comparison {
        labels = List.copyOf(labels);
        stages = Map.copyOf(stages);
        answers = List.copyOf(answers);
        agreements = List.copyOf(agreements);
    }

    /**
     * The classes that some variant has among its {@code topK} best, so that each can be looked up in every answer;
     * none for a segmentation.
     */
    public Set<Integer> best(int topK) {
        return answers.stream()
                .map(Answered::answer)
                .filter(ClassificationAnswer.class::isInstance)
                .map(ClassificationAnswer.class::cast)
                .flatMap(answer -> answer.classes().stream().limit(topK))
                .map(ClassificationAnswer.Ranked::index)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * One variant's answer.
     *
     * @param variant its name
     * @param baseline whether the others are compared with it
     * @param answer a classification lists every class
     * @param stages how long the network's run and making the answer took, by stage
     */
    public record Answered(String variant, boolean baseline, Answer answer, Map<Stage, Duration> stages) {}

    /**
     * A variant's answer beside the baseline's.
     *
     * @param variant the variant's name
     * @param baseline the baseline's name
     * @param same whether both give the same class, or every pixel the same class
     * @param probabilityDifference the largest difference of a class's probability; 0 for a segmentation
     * @param masks where the masks differ; empty for a classification
     */
    public record Agreement(
            String variant,
            String baseline,
            boolean same,
            double probabilityDifference,
            Optional<MaskDifference> masks) {}
}
