package io.foldserve.serving.request;

import io.foldserve.task.MaskSize;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a client asks of a model about a picture.
 *
 * @param model the model's name
 * @param variant the variant to ask; empty to let the traffic shares decide
 * @param topK how many classes a classification lists; empty for five, or all if there are fewer
 * @param maskSize the size of a segmentation's mask; empty for the model's own
 * @param rendering the form of the answer
 * @param label the label whose scores are asked for, with {@link Rendering#SCORE}
 */
public record PredictionRequest(
        String model,
        Optional<String> variant,
        OptionalInt topK,
        Optional<MaskSize> maskSize,
        Rendering rendering,
        Optional<String> label) {

    /** The form of an answer. */
    public enum Rendering {
        /** The values themselves. */
        VALUES,
        /** A segmentation's mask as a PNG of class indices. */
        MASK,
        /** A segmentation's mask as colours over the picture of its size, as a PNG. */
        OVERLAY,
        /** The scores of a segmentation's mask, of all labels, as NumPy's array file. */
        SCORES,
        /** The scores of one label as a grey PNG. */
        SCORE;

        /** True for the scores of a mask. */
        public boolean hasScores() {
            return this == SCORES || this == SCORE;
        }
    }
}
