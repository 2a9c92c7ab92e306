package io.foldserve.serving.request;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a client asks of a model about a picture.
 *
 * @param model the model's name
 * @param variant the variant to ask; empty to let the traffic shares decide
 * @param topK how many classes a classification lists; empty for five, or all if there are fewer
 * @param rendering the form of the answer
 */
public record PredictionRequest(String model, Optional<String> variant, OptionalInt topK, Rendering rendering) {

    /** The form of an answer. */
    public enum Rendering {
        /** The values themselves. */
        VALUES,
        /** A segmentation's mask as a PNG of class indices. */
        MASK,
        /** A segmentation's mask as colours over the picture that the network saw, as a PNG. */
        OVERLAY
    }
}
