package io.foldserve.serving.request;

import io.foldserve.task.Answer;
import java.util.Optional;

/**
 * An answered request.
 *
 * @param id by which feedback names it; empty for a request that named its variant, which counts for no experiment
 * @param model the model's name
 * @param variant the variant that answered
 * @param experiment the declared experiment that dealt it to the variant, if one did
 * @param answer its answer
 * @param file the answer as a file, if one was asked for
 */
public record Prediction(
        Optional<String> id,
        String model,
        String variant,
        Optional<String> experiment,
        Answer answer,
        Optional<AnswerFile> file) {}
