package io.foldserve.http;

import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.Optional;

/** The headers of an answer that say who gave it. Stateless. */
public final class AnsweredBy {
    /** The header of the variant that answered. */
    public static final String VARIANT = "Foldserve-Variant";

    /** The header of the declared experiment that dealt the request. */
    public static final String EXPERIMENT = "Foldserve-Experiment";

    private AnsweredBy() {}

    /** Adds to {@code response} that {@code variant} answered, to which {@code experiment} dealt it, if one did. */
    public static ResponseBuilder say(ResponseBuilder response, String variant, Optional<String> experiment) {
        experiment.ifPresent(name -> response.header(EXPERIMENT, name));
        return response.header(VARIANT, variant);
    }
}
