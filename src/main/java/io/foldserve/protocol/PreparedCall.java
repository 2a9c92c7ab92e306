package io.foldserve.protocol;

import io.foldserve.serving.request.InferenceAdmission;
import io.foldserve.serving.request.NetworkInput;
import io.foldserve.task.InvalidRequestException;
import java.util.List;

/**
 * A call that was found answerable.
 *
 * @param model the model that is asked
 * @param call what is asked
 * @param pictures the call's input, picture by picture
 */
public record PreparedCall(ModelDescription model, InferCall call, List<NetworkInput> pictures) {
    /** Copies the list. */
    public PreparedCall {
        pictures = List.copyOf(pictures);
    }

    /**
     * Checks {@code call} against {@code model}, and makes room for its answer.
     *
     * @param maxPixels the most pixels of a decoded picture
     * @throws InvalidRequestException if it asks for what the model does not give, or brings what it does not take
     */
    public static PreparedCall of(
            ModelDescription model, InferCall call, long maxPixels, InferenceAdmission admission) {
        call.outputs().forEach(model::expectOutput);
        List<NetworkInput> pictures = Pictures.of(model, call, maxPixels);
        admission.hold(AnswerSize.of(model, pictures.size()));
        return new PreparedCall(model, call, pictures);
    }
}
