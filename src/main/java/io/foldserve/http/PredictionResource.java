package io.foldserve.http;

import io.foldserve.http.access.PredictCall;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.request.Admission;
import io.foldserve.serving.request.Prediction;
import io.foldserve.serving.request.PredictionRequest;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.Ticket;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.MaskSize;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/models/{model}/predict}: an image in, an answer out. */
@Path("/v1/models")
@PredictCall
@DealtCall
@Tag(name = "prediction")
public class PredictionResource {
    private static final String PNG = "image/png";

    private final PredictionService predictions;
    private final long maxBody;
    private final Duration deadline;

    PredictionResource(PredictionService predictions, ServingConfig config) {
        this.predictions = predictions;
        this.maxBody = config.request().maxBody().asLongValue();
        this.deadline = config.request().deadline();
    }

    /**
     * Classifies or segments the image in the body. The body is read only once the rest of the request is found
     * answerable.
     *
     * @param model the model's name
     * @param variant the variant to ask, or null to let the traffic shares decide
     * @param topK how many classes a classification lists
     * @param maskSize {@code network} or {@code input}, the size of a segmentation's mask; null for the model's own
     * @param render {@code mask} or {@code overlay}, for a segmentation answered as PNG
     * @param scores {@code npy} or {@code png}, for the scores of a segmentation's mask instead of the mask
     * @param label the label whose scores a {@code png} shows
     * @param headers {@code Accept: image/png} asks for a segmentation's mask as an image; {@code Content-Type} is the
     *     body's: an image's, bytes', none, a multipart form's with one file, or JSON's with base64 in {@code image}
     */
    @POST
    @Path("{model}/predict")
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Produces({MediaType.APPLICATION_JSON, PNG, MediaType.APPLICATION_OCTET_STREAM})
    @Operation(
            summary = "Classify or segment an image",
            description = "A JPEG, PNG, GIF, BMP, TIFF or WebP: raw, the one file of a form, or base64 in JSON")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = "#/components/schemas/ImageJson")),
                @Content(mediaType = "image/jpeg", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.MULTIPART_FORM_DATA,
                        schema = @Schema(ref = "#/components/schemas/ImageUpload"))
            })
    @APIResponse(
            responseCode = "200",
            description = "The answer",
            headers =
                    @Header(
                            name = AnsweredBy.VARIANT,
                            description = "The variant that answered",
                            schema = @Schema(type = SchemaType.STRING)),
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = PredictionBody.class)),
                @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public CompletionStage<Response> predict(
            @PathParam("model") String model,
            @QueryParam("variant") @Nullable String variant,
            @QueryParam("topK") @Nullable String topK,
            @QueryParam("maskSize") @Nullable String maskSize,
            @QueryParam("render") @Nullable String render,
            @QueryParam("scores") @Nullable String scores,
            @QueryParam("label") @Nullable String label,
            @Context HttpHeaders headers,
            @Context RoutingContext exchange) {
        Admission admission = predictions.admit(
                request(model, variant, topK, maskSize, new AnswerForm(render, scores, label), headers),
                new RequestUnit(exchange.request()));
        exchange.addEndHandler(end -> admission.close());
        String contentType = Objects.requireNonNullElse(headers.getHeaderString(HttpHeaders.CONTENT_TYPE), "");
        return IncomingBody.read(
                        exchange,
                        new IncomingBody.Room(admission::hold, admission::release),
                        maxBody,
                        ImageBody.copies(contentType),
                        deadline)
                .thenApply(body -> ImageBody.of(body, contentType))
                .whenComplete((image, failure) -> record(admission, failure))
                .thenCompose(image -> answer(admission, image, exchange))
                .thenApply(PredictionResource::response);
    }

    /** The same, for clients that upload by PUT. */
    @PUT
    @Path("{model}/predict")
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Produces({MediaType.APPLICATION_JSON, PNG, MediaType.APPLICATION_OCTET_STREAM})
    @Operation(summary = "The same as POST")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = "#/components/schemas/ImageJson")),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(
            responseCode = "200",
            description = "The answer",
            headers =
                    @Header(
                            name = AnsweredBy.VARIANT,
                            description = "The variant that answered",
                            schema = @Schema(type = SchemaType.STRING)),
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = PredictionBody.class)),
                @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public CompletionStage<Response> predictByPut(
            @PathParam("model") String model,
            @QueryParam("variant") @Nullable String variant,
            @QueryParam("topK") @Nullable String topK,
            @QueryParam("maskSize") @Nullable String maskSize,
            @QueryParam("render") @Nullable String render,
            @QueryParam("scores") @Nullable String scores,
            @QueryParam("label") @Nullable String label,
            @Context HttpHeaders headers,
            @Context RoutingContext exchange) {
        return predict(model, variant, topK, maskSize, render, scores, label, headers, exchange);
    }

    private PredictionRequest request(
            String model,
            @Nullable String variant,
            @Nullable String topK,
            @Nullable String maskSize,
            AnswerForm form,
            HttpHeaders headers) {
        try {
            return new PredictionRequest(
                    model,
                    Optional.ofNullable(variant),
                    integer(topK),
                    maskSize(maskSize),
                    form.rendering(headers.getAcceptableMediaTypes()),
                    Optional.ofNullable(form.label()));
        } catch (RuntimeException refusal) {
            predictions.refused(model, ErrorMappers.outcome(refusal));
            throw refusal;
        }
    }

    private static void record(Admission admission, @Nullable Throwable failure) {
        if (failure != null) {
            admission.ended(ErrorMappers.outcome(failure));
        }
    }

    private CompletionStage<Prediction> answer(Admission admission, byte[] image, RoutingContext exchange) {
        Ticket<Prediction> ticket = predictions.predict(admission, image);
        AccessLog.traces(exchange, ticket.trace());
        exchange.addEndHandler(end -> {
            if (end.failed()) {
                ticket.abandon();
            }
        });
        return ticket.result();
    }

    static OptionalInt integer(@Nullable String topK) {
        try {
            return topK == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(topK));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "topK is '%s', expected a whole number from 1 to the number of classes".formatted(topK));
        }
    }

    private static Optional<MaskSize> maskSize(@Nullable String maskSize) {
        if (maskSize == null) {
            return Optional.empty();
        }
        return switch (maskSize) {
            case "network" -> Optional.of(MaskSize.NETWORK);
            case "input" -> Optional.of(MaskSize.INPUT);
            default ->
                throw new InvalidRequestException("maskSize is '" + maskSize + "', expected 'network' or 'input'");
        };
    }

    private static Response response(Prediction prediction) {
        Response.ResponseBuilder response = prediction.file().isPresent()
                ? Response.ok(
                        prediction.file().get().bytes(), prediction.file().get().type())
                : Response.ok(PredictionBody.of(prediction), MediaType.APPLICATION_JSON);
        return AnsweredBy.say(response, prediction.variant(), prediction.experiment())
                .build();
    }
}
