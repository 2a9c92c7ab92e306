package io.foldserve.http;

import io.foldserve.http.access.RestAccess;
import io.foldserve.serving.life.Samples;
import io.foldserve.serving.request.ComparisonService;
import io.foldserve.serving.request.InferenceAdmission;
import io.foldserve.serving.request.PredictionService;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The page for people, at the root of the service. */
@Path("/")
@Blocking
@Tag(name = "page")
public class MainPageResource {
    private final RestAccess access;
    private final ComparisonService comparisons;
    private final MainPages pages;
    private final Samples samples;

    MainPageResource(PredictionService predictions, MainPages pages, Samples samples, RestAccess access) {
        this.access = access;
        this.comparisons = predictions.comparisons();
        this.pages = pages;
        this.samples = samples;
    }

    /**
     * The page.
     *
     * @param model the model that its form asks; null for the first that answers
     * @param sample one of the model's samples, which is answered at once; null for none
     */
    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(summary = "The page for people: the models, and every variant's answer to a picture")
    @APIResponse(
            responseCode = "200",
            description = "The page",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING)))
    public CompletionStage<Response> page(
            @QueryParam("model") @Nullable String model,
            @QueryParam("sample") @Nullable String sample,
            @Context RoutingContext exchange) {
        if (model == null || sample == null) {
            return CompletableFuture.completedFuture(pages.form(Optional.ofNullable(model)));
        }
        access.expectPrediction(exchange);
        try {
            byte[] image = samples.read(model, sample);
            InferenceAdmission admission = comparisons.admit(model, OptionalInt.empty());
            exchange.addEndHandler(end -> admission.close());
            admission.hold(image.length);
            return comparisons
                    .compare(admission, image)
                    .result()
                    .handleAsync(
                            (comparison, failure) ->
                                    failure == null ? pages.compared(comparison) : pages.failed(model, failure),
                            Infrastructure.getDefaultWorkerPool());
        } catch (RuntimeException refusal) {
            return CompletableFuture.completedFuture(pages.failed(model, refusal));
        }
    }
}
