package io.foldserve.protocol.rest;

import io.foldserve.http.AccessLog;
import io.foldserve.http.AnsweredBy;
import io.foldserve.http.DealtCall;
import io.foldserve.http.ErrorMappers;
import io.foldserve.http.IncomingBody;
import io.foldserve.http.RequestUnit;
import io.foldserve.http.access.PredictCall;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.Outputs;
import io.foldserve.protocol.PreparedCall;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.Inference;
import io.foldserve.serving.request.InferenceAdmission;
import io.foldserve.serving.request.InferenceService;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.SaidUnit;
import io.foldserve.serving.request.Ticket;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code POST /v2/models/{model}/infer}: tensors in, tensors out. */
@Path("/v2/models/{model}")
@PredictCall
@DealtCall
@Tag(name = "Open Inference Protocol v2")
public class InferResource {
    /** The body as it arrived, and the tensors that are read from it. */
    private static final int COPIES = 2;

    /** Bodies up to this are read on the event loop: it takes less than to hand them over. */
    private static final int SMALL = 1 << 16;

    private final InferenceService inferences;
    private final long maxBody;
    private final long maxPixels;
    private final Duration deadline;

    InferResource(PredictionService predictions, ServingConfig config) {
        this.inferences = predictions.inferences();
        this.maxBody = config.request().maxBody().asLongValue();
        this.maxPixels = config.request().maxPixels();
        this.deadline = config.request().deadline();
    }

    /**
     * Runs a model.
     *
     * @param model the model's name, or {@code model.variant}
     * @param headers {@code Inference-Header-Content-Length} and {@code Content-Encoding} say what the body is
     */
    @POST
    @Path("infer")
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Run a model on tensors (JSON, binary tensors behind JSON, or one bare tensor)")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/InferenceRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The model's tensors",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/InferenceResponse")))
    public CompletionStage<Response> infer(
            @PathParam("model") String model, @Context HttpHeaders headers, @Context RoutingContext exchange) {
        InferenceAdmission admission = inferences.admit(model);
        exchange.addEndHandler(end -> admission.close());
        return IncomingBody.read(
                        exchange, new IncomingBody.Room(admission::hold, admission::release), maxBody, COPIES, deadline)
                .thenCompose(body -> prepared(model, admission, body, headers, exchange))
                .whenComplete((call, failure) -> record(admission, failure))
                .thenCompose(call -> answer(model, admission, call, exchange));
    }

    /** The same, for clients that name the version. */
    @POST
    @Path("versions/{version}/infer")
    @NonBlocking
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "The same, of version 1")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/InferenceRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The model's tensors",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/InferenceResponse")))
    public CompletionStage<Response> inferVersion(
            @PathParam("model") String model,
            @PathParam("version") String version,
            @Context HttpHeaders headers,
            @Context RoutingContext exchange) {
        if (!ModelDescription.isVersion(version)) {
            inferences.refused(model, Outcome.REFUSED);
            throw new NotFoundException(ModelDescription.noVersion(model, version));
        }
        return infer(model, headers, exchange);
    }

    private CompletionStage<PreparedCall> prepared(
            String name, InferenceAdmission admission, byte[] body, HttpHeaders headers, RoutingContext exchange) {
        String coding = Objects.requireNonNullElse(headers.getHeaderString(HttpHeaders.CONTENT_ENCODING), "");
        if (body.length <= SMALL && coding.isEmpty()) {
            return CompletableFuture.completedStage(read(name, admission, body, coding, headers));
        }
        return exchange.vertx()
                .executeBlocking(() -> read(name, admission, body, coding, headers), false)
                .toCompletionStage();
    }

    private PreparedCall read(
            String name, InferenceAdmission admission, byte[] body, String coding, HttpHeaders headers) {
        byte[] plain = RestBody.inflated(body, coding, maxBody, admission::hold);
        ModelDescription model = ModelDescription.of(name, admission.model());
        InferCall call =
                RestBody.call(model, plain, Optional.ofNullable(headers.getHeaderString(RestBody.JSON_LENGTH)));
        return PreparedCall.of(model, call, maxPixels, admission);
    }

    private static void record(InferenceAdmission admission, @Nullable Throwable failure) {
        if (failure != null) {
            admission.ended(ErrorMappers.outcome(failure));
        }
    }

    private CompletionStage<Response> answer(
            String name, InferenceAdmission admission, PreparedCall call, RoutingContext exchange) {
        Ticket<Inference> ticket = inferences.infer(
                admission,
                call.call().variant(),
                new SaidUnit(call.call().unit(), new RequestUnit(exchange.request())),
                call.pictures());
        AccessLog.traces(exchange, ticket.trace());
        exchange.addEndHandler(end -> {
            if (end.failed()) {
                ticket.abandon();
            }
        });
        Outputs outputs = new Outputs(call.model(), admission.model().task().labels());
        return ticket.result().thenApply(inference -> AnsweredBy.say(
                        response(RestAnswer.of(name, inference, call.call(), outputs.of(call.call(), inference))),
                        inference.variant(),
                        inference.experiment())
                .build());
    }

    private static Response.ResponseBuilder response(RestAnswer answer) {
        if (answer.jsonLength().isEmpty()) {
            return Response.ok(answer.bytes(), MediaType.APPLICATION_JSON);
        }
        return Response.ok(answer.bytes(), MediaType.APPLICATION_OCTET_STREAM)
                .header(RestBody.JSON_LENGTH, answer.jsonLength().getAsInt());
    }
}
