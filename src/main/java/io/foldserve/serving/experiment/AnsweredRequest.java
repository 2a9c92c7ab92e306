package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.meter.Stage;
import io.foldserve.task.Answer;
import io.foldserve.task.PreparedImage;
import java.util.Map;

/**
 * A request that was dealt and answered. Immutable.
 *
 * @param id its answer's id
 * @param model the model that answered
 * @param dealt how it was dealt
 * @param image what the network saw
 * @param width of the picture that was sent
 * @param height of the picture that was sent
 * @param answer the answer, a mask of the network's size
 * @param nanos how long each stage took
 */
public record AnsweredRequest(
        String id,
        ServedModel model,
        Dealt dealt,
        PreparedImage image,
        int width,
        int height,
        Answer answer,
        Map<Stage, Long> nanos) {

    /** Copies the times. */
    public AnsweredRequest {
        nanos = Map.copyOf(nanos);
    }
}
