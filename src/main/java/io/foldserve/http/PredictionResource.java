package io.foldserve.http;

import io.foldserve.serving.Prediction;
import io.foldserve.serving.PredictionRequest;
import io.foldserve.serving.PredictionRequest.Rendering;
import io.foldserve.serving.PredictionService;
import io.foldserve.serving.Ticket;
import io.foldserve.task.InvalidRequestException;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/models/{model}/predict}: an image in, an answer out. */
@Path("/v1/models/{model}/predict")
@Tag(name = "prediction")
public class PredictionResource {
    private static final String PNG = "image/png";
    static final String VARIANT_HEADER = "Foldserve-Variant";

    private final PredictionService predictions;

    PredictionResource(PredictionService predictions) {
        this.predictions = predictions;
    }

    /**
     * Classifies or segments the image in the body.
     *
     * @param model the model's name
     * @param variant the variant to ask, or null to let the traffic shares decide
     * @param topK how many classes a classification lists
     * @param render {@code mask} or {@code overlay}, for a segmentation answered as PNG
     * @param accept {@code image/png} asks for a segmentation's mask as an image
     * @param contentType of the body: an image's, or a multipart form's
     * @param body the image, or a form with a field {@code image}
     */
    @POST
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Produces({MediaType.APPLICATION_JSON, PNG})
    @Operation(summary = "Classify or segment an image (JPEG or PNG, raw or as multipart field 'image')")
    public CompletionStage<Response> predict(
            @PathParam("model") String model,
            @QueryParam("variant") @Nullable String variant,
            @QueryParam("topK") @Nullable String topK,
            @QueryParam("render") @Nullable String render,
            @HeaderParam(HttpHeaders.ACCEPT) @DefaultValue(MediaType.APPLICATION_JSON) String accept,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @DefaultValue("") String contentType,
            @Context RoutingContext exchange,
            byte[] body) {
        Ticket<Prediction> ticket = predictions.predict(
                ImageBody.of(body, contentType),
                new PredictionRequest(model, Optional.ofNullable(variant), integer(topK), rendering(render, accept)));
        exchange.addEndHandler(end -> {
            if (end.failed()) {
                ticket.abandon();
            }
        });
        return ticket.result().thenApply(PredictionResource::response);
    }

    private static OptionalInt integer(@Nullable String topK) {
        try {
            return topK == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(topK));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("topK is '" + topK + "', expected a whole number");
        }
    }

    private static Rendering rendering(@Nullable String render, String accept) {
        if (render == null) {
            return accept.contains(PNG) ? Rendering.MASK : Rendering.VALUES;
        }
        return switch (render) {
            case "mask" -> Rendering.MASK;
            case "overlay" -> Rendering.OVERLAY;
            default -> throw new InvalidRequestException("render is '" + render + "', expected 'mask' or 'overlay'");
        };
    }

    private static Response response(Prediction prediction) {
        Response.ResponseBuilder response = prediction.png().isPresent()
                ? Response.ok(prediction.png().get(), PNG)
                : Response.ok(PredictionBody.of(prediction), MediaType.APPLICATION_JSON);
        return response.header(VARIANT_HEADER, prediction.variant()).build();
    }
}
