package io.foldserve.http;

import io.foldserve.serving.request.PredictionRequest.Rendering;
import io.foldserve.task.InvalidRequestException;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that say in which form a segmentation is answered. Immutable.
 *
 * @param render {@code mask} or {@code overlay}, as PNG
 * @param scores {@code npy} or {@code png}, for the scores instead of the mask
 * @param label whose scores a {@code png} shows
 */
record AnswerForm(
        @Nullable String render,
        @Nullable String scores,
        @Nullable String label) {
    private static final MediaType PNG = new MediaType("image", "png");

    /**
     * The form that is asked for.
     *
     * @param accepted the media types that the client accepts, best first
     * @throws InvalidRequestException if the parameters are none that there are, or do not go together
     */
    Rendering rendering(List<MediaType> accepted) {
        if (scores != null) {
            return scores(scores);
        }
        if (label != null) {
            throw new InvalidRequestException("label is given without scores, expected scores=png beside it");
        }
        if (render == null) {
            return prefersPng(accepted) ? Rendering.MASK : Rendering.VALUES;
        }
        return switch (render) {
            case "mask" -> Rendering.MASK;
            case "overlay" -> Rendering.OVERLAY;
            default -> throw new InvalidRequestException("render is '" + render + "', expected 'mask' or 'overlay'");
        };
    }

    private Rendering scores(String format) {
        if (render != null) {
            throw new InvalidRequestException("render and scores are both given, expected one of them");
        }
        boolean all =
                switch (format) {
                    case "npy" -> true;
                    case "png" -> false;
                    default -> throw new InvalidRequestException("scores is '" + format + "', expected 'npy' or 'png'");
                };
        if (all && label != null) {
            throw new InvalidRequestException(
                    "label is given with scores=npy, which has all labels; leave it out or ask for scores=png");
        }
        if (!all && label == null) {
            throw new InvalidRequestException("scores=png shows one label, expected label=NAME beside it");
        }
        return all ? Rendering.SCORES : Rendering.SCORE;
    }

    /** Whether a PNG stands before JSON among the accepted types. */
    private static boolean prefersPng(List<MediaType> accepted) {
        for (MediaType type : accepted) {
            if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                return false;
            }
            if (type.isCompatible(PNG)) {
                return true;
            }
        }
        return false;
    }
}
