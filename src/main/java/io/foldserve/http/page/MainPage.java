package io.foldserve.http.page;

import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/**
 * The service as one page, {@code templates/MainPage.html}: its models, a form for a picture, and the answers to one.
 * Names and labels come from files that anyone may have written; the template escapes every value. Immutable.
 *
 * @param models the models
 * @param chosen the model that the form asks; empty if none answers
 * @param samples the chosen model's samples
 * @param result the answers to a picture, if one was sent
 * @param error why there are none, if one was; else empty
 */
public record MainPage(
        List<ModelCard> models, String chosen, List<String> samples, Optional<ResultView> result, String error)
        implements TemplateInstance {}
