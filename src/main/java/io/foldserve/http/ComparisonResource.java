package io.foldserve.http;

import io.foldserve.http.access.PredictCall;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.ComparisonService;
import io.foldserve.serving.request.InferenceAdmission;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.Ticket;
import io.foldserve.task.InvalidRequestException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/models/{model}/compare}: an image in, every variant's answer out. */
@Path("/v1/models")
@Tag(name = "prediction")
@PredictCall
public class ComparisonResource {
    private static final int USUAL_TOP_K = 5;

    // The first one where the client likes both as well.
    private static final List<Variant> FORMS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_HTML_TYPE)
            .build();

    private final ComparisonService comparisons;
    private final MainPages pages;
    private final long maxBody;
    private final Duration deadline;

    ComparisonResource(PredictionService predictions, MainPages pages, ServingConfig config) {
        this.comparisons = predictions.comparisons();
        this.pages = pages;
        this.maxBody = config.request().maxBody().asLongValue();
        this.deadline = config.request().deadline();
    }

    /**
     * Asks every variant about the image in the body, which is uploaded as for a prediction. It is decoded and prepared
     * once; the variants run one after another.
     *
     * @param model the model's name
     * @param topK how many of its best classes each variant shows; every variant shows the classes of all
     * @param picture {@code true} to answer the picture as the networks see it, too
     * @param headers {@code Content-Type} is the body's; {@code Accept: text/html} asks for the page for people
     */
    @POST
    @Path("{model}/compare")
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
    @Operation(
            summary = "Ask every variant about an image; counted in no experiment",
            description = "The image is decoded and prepared once. Agreement is with the baseline, of a segmentation"
                    + " with the mask of where they differ.")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = "#/components/schemas/ImageJson")),
                @Content(mediaType = "image/jpeg", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "image/png", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.MULTIPART_FORM_DATA,
                        schema = @Schema(ref = "#/components/schemas/ImageUpload"))
            })
    @APIResponse(
            responseCode = "200",
            description = "Every variant's answer",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = ComparisonBody.class)),
                @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING))
            })
    public CompletionStage<Response> compare(
            @PathParam("model") String model,
            @QueryParam("topK") @Nullable String topK,
            @QueryParam("picture") @Nullable String picture,
            @Context HttpHeaders headers,
            @Context Request request,
            @Context RoutingContext exchange) {
        if (!prefersPage(request)) {
            OptionalInt classes = PredictionResource.integer(topK);
            boolean pictured = flag(picture);
            return compare(model, classes, headers, exchange).thenApply(comparison -> Response.ok(
                            ComparisonBody.of(comparison, classes.orElse(USUAL_TOP_K), pictured),
                            MediaType.APPLICATION_JSON)
                    .build());
        }
        return begun(() -> compare(model, PredictionResource.integer(topK), headers, exchange))
                .handleAsync(
                        (comparison, failure) ->
                                failure == null ? pages.compared(comparison) : pages.failed(model, failure),
                        Infrastructure.getDefaultWorkerPool());
    }

    private CompletionStage<Comparison> compare(
            String model, OptionalInt topK, HttpHeaders headers, RoutingContext exchange) {
        InferenceAdmission admission = comparisons.admit(model, topK);
        exchange.addEndHandler(end -> admission.close());
        String contentType = Objects.requireNonNullElse(headers.getHeaderString(HttpHeaders.CONTENT_TYPE), "");
        return IncomingBody.read(
                        exchange,
                        new IncomingBody.Room(admission::hold, admission::release),
                        maxBody,
                        ImageBody.copies(contentType),
                        deadline)
                .thenApply(body -> ImageBody.of(body, contentType))
                .whenComplete((image, failure) -> {
                    if (failure != null) {
                        admission.ended(ErrorMappers.outcome(failure));
                    }
                })
                .thenCompose(image -> answer(admission, image, exchange));
    }

    private CompletionStage<Comparison> answer(InferenceAdmission admission, byte[] image, RoutingContext exchange) {
        Ticket<Comparison> ticket = comparisons.compare(admission, image);
        exchange.addEndHandler(end -> {
            if (end.failed()) {
                ticket.abandon();
            }
        });
        return ticket.result();
    }

    /** A refusal before there is a stage is the stage's failure, too. */
    private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    // Choosing a variant also adds Vary: Accept.
    private static boolean prefersPage(Request request) {
        Variant preferred = request.selectVariant(FORMS);
        return preferred != null && MediaType.TEXT_HTML_TYPE.equals(preferred.getMediaType());
    }

    private static boolean flag(@Nullable String picture) {
        if (picture == null || picture.equals("false")) {
            return false;
        }
        if (picture.equals("true")) {
            return true;
        }
        throw new InvalidRequestException("picture is '%s', expected 'true' or 'false'".formatted(picture));
    }
}
