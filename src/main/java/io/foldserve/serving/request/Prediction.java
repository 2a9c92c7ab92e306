package io.foldserve.serving.request;

import io.foldserve.task.Answer;
import java.util.Optional;

/**
 * An answered request.
 *
 * @param model the model's name
 * @param variant the variant that answered
 * @param experiment the declared experiment that dealt it to the variant, if one did
 * @param answer its answer
 * @param png the rendered answer, if a rendering was asked for
 */
public record Prediction(
        String model, String variant, Optional<String> experiment, Answer answer, Optional<byte[]> png) {}
