package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.AnsweredRequest;
import io.foldserve.serving.experiment.AnsweredRequest.AnsweredPicture;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.experiment.SeenPicture;
import io.foldserve.serving.meter.Stage;
import io.foldserve.task.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a request that was dealt has its experiment learn: an answer a picture, once all are there. Of one thread. */
final class DealtAnswers {
    private final Experiments experiments;
    private final ServedModel model;
    private final Dealt dealt;
    private final List<AnsweredPicture> pictures = new ArrayList<>();

    /** For a request that {@code dealt} deals to a variant of {@code model}. */
    DealtAnswers(Experiments experiments, ServedModel model, Dealt dealt) {
        this.experiments = experiments;
        this.model = model;
        this.dealt = dealt;
    }

    /** Adds {@code answer} to a picture of {@code width} × {@code height}, under an id of its own. */
    void add(SeenPicture seen, int width, int height, Answer answer, Map<Stage, Long> nanos) {
        String id = experiments.nextId();
        pictures.add(new AnsweredPicture(id, width, height, answer, nanos));
        experiments.seen(id, model, dealt, seen);
    }

    /** Hands all over to the experiment, without waiting; gives the answers' ids. */
    List<String> handOver() {
        experiments.answered(new AnsweredRequest(model, dealt, pictures));
        return pictures.stream().map(AnsweredPicture::id).toList();
    }
}
