package io.foldserve.serving.request;

import io.foldserve.task.Answer;
import java.util.Optional;

/**
 * An answered request.
 *
 * @param model the model's name
 * @param variant the variant that answered
 * @param answer its answer
 * @param png the rendered answer, if a rendering was asked for
 */
public record Prediction(String model, String variant, Answer answer, Optional<byte[]> png) {}
