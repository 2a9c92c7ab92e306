package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.meter.Stage;
import io.foldserve.task.Answer;
import java.util.List;
import java.util.Map;

/**
 * A request that was dealt and answered. Immutable.
 *
 * @param model the model that answered
 * @param dealt how it was dealt
 * @param pictures what was answered to each picture, at least one
 */
public record AnsweredRequest(ServedModel model, Dealt dealt, List<AnsweredPicture> pictures) {
    /** Copies the list. */
    public AnsweredRequest {
        pictures = List.copyOf(pictures);
    }

    /**
     * One picture of a request. Immutable.
     *
     * @param id its answer's id
     * @param width of the picture that was sent; {@link #NETWORK_SIZE} if a network's own input was
     * @param height of the picture that was sent; {@link #NETWORK_SIZE} if a network's own input was
     * @param answer the answer, a mask of the network's size
     * @param nanos how long each stage took
     */
    public record AnsweredPicture(String id, int width, int height, Answer answer, Map<Stage, Long> nanos) {
        /** The width and height where no picture was sent but what a network takes. */
        public static final int NETWORK_SIZE = 0;

        /** Copies the times. */
        public AnsweredPicture {
            nanos = Map.copyOf(nanos);
        }
    }
}
