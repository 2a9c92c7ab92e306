package io.foldserve.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.foldserve.serving.request.Prediction;
import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.SegmentationAnswer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an answer.
 *
 * @param id by which feedback names the answer; none for a request that named its variant
 * @param model the model's name
 * @param variant the variant that answered
 * @param classes the most probable classes, best first; a classification's
 * @param mask the class of every pixel; a segmentation's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictionBody(
        @Nullable String id,
        String model,
        String variant,
        @Nullable List<ClassificationAnswer.Ranked> classes,
        @Nullable Mask mask) {

    /**
     * The class of every pixel, at the size of the network's input or of the picture that was sent.
     *
     * @param width in pixels
     * @param height in pixels
     * @param areas how much of the mask each class takes, by rising class index
     * @param runs class, length, class, length, … over the pixels row by row
     */
    public record Mask(int width, int height, List<SegmentationAnswer.Area> areas, List<Integer> runs) {
        static Mask of(SegmentationAnswer mask) {
            return new Mask(
                    mask.width(),
                    mask.height(),
                    mask.classes(),
                    IntStream.of(mask.runs()).boxed().toList());
        }
    }

    static PredictionBody of(Prediction prediction) {
        Answer answer = prediction.answer();
        @Nullable String id = prediction.id().orElse(null);
        if (answer instanceof ClassificationAnswer classification) {
            return new PredictionBody(id, prediction.model(), prediction.variant(), classification.classes(), null);
        }
        return new PredictionBody(
                id, prediction.model(), prediction.variant(), null, Mask.of((SegmentationAnswer) answer));
    }
}
