package io.foldserve.protocol;

import io.foldserve.serving.request.Inference;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of an answer: the protocol's own place for what it knows nothing of. Stateless. */
public final class AnswerParameters {
    private AnswerParameters() {}

    /**
     * By name: {@code variant} who answered, {@code experiment} which dealt the request, {@code feedback_ids} under
     * which feedback is taken, one for each picture in order, with commas between; a parameter holds no list.
     */
    public static Map<String, String> of(Inference inference) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("variant", inference.variant());
        inference.experiment().ifPresent(name -> parameters.put("experiment", name));
        if (!inference.ids().isEmpty()) {
            parameters.put("feedback_ids", String.join(",", inference.ids()));
        }
        return parameters;
    }
}
