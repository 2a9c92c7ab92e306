package io.foldserve.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.http.access.AdminCall;
import io.foldserve.http.access.PredictCall;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.experiment.DisagreementReport;
import io.foldserve.serving.experiment.ExperimentReport;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.experiment.FeedbackResult;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.LabelMask;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v1/models/{model}/experiment}, {@code feedback}, {@code disagreements}: which variant is better, live. */
@Path("/v1/models/{model}")
@Tag(name = "experiment")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class ExperimentResource {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String PNG = "image/png";

    private final Catalogue catalogue;
    private final Experiments experiments;
    private final ImageLimits limits;

    ExperimentResource(Catalogue catalogue, Experiments experiments, ServingConfig config) {
        this.catalogue = catalogue;
        this.experiments = experiments;
        this.limits = new ImageLimits(config.request().maxPixels());
    }

    /** What the experiment has shown. */
    @GET
    @Path("experiment")
    @Operation(summary = "Show what the experiment has shown: split, latency, pairs, accuracy, verdict")
    public ExperimentReport experiment(@PathParam("model") String model) {
        try (ModelLease lease = catalogue.lease(model)) {
            return experiments.report(lease.model());
        }
    }

    /** Another experiment, or other shares, while the model is served. */
    @PUT
    @AdminCall
    @Path("experiment")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Change the experiment; the keys are those of the manifest's experiment")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/ExperimentDeclaration"),
                            example =
                                    "{\"name\": \"doconv-vs-plain\", \"shares\": {\"doconv\": 90, \"baseline\": 10}}"))
    public ExperimentReport declare(@PathParam("model") String model, byte[] body) {
        try (ModelLease lease = catalogue.lease(model)) {
            return experiments.declare(lease.model(), object(body));
        } catch (InvalidInputException refused) {
            throw new InvalidRequestException("experiment: " + String.join("; ", refused.problems()));
        }
    }

    private static Map<String, @Nullable Object> object(byte[] body) {
        try {
            Optional<Map<String, @Nullable Object>> read =
                    Optional.ofNullable(JSON.readValue(body, new TypeReference<Map<String, @Nullable Object>>() {}));
            return read.orElseThrow(() -> new InvalidRequestException("the body is null, expected a JSON object"));
        } catch (JsonParseException malformed) {
            throw new InvalidRequestException("the body is not a JSON object, expected one with the experiment's keys: "
                    + JsonPlace.why(malformed));
        } catch (IOException otherwise) {
            throw new InvalidRequestException("the body is not a JSON object, expected one with the experiment's keys");
        }
    }

    /**
     * What was right. Answered with 202 once it is kept for good.
     *
     * @param model the model's name
     * @param id of a segmentation's answer, whose right mask is the body
     * @param contentType {@code image/png} for a mask, else JSON, one object or one a line
     */
    @POST
    @PredictCall
    @Path("feedback")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Say what was right: JSON, one object or one a line, or a segmentation's mask as PNG")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = "#/components/schemas/Feedback"),
                        example = "{\"id\": \"0193…\", \"label\": \"3\"}"),
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(
            responseCode = "202",
            description = "Counted, but for those that are named",
            content = @Content(schema = @Schema(implementation = FeedbackResult.class)))
    public Response feedback(
            @PathParam("model") String model,
            @QueryParam("id") @Nullable String id,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            byte[] body) {
        String type = Objects.requireNonNullElse(contentType, "")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
        try (ModelLease lease = catalogue.lease(model)) {
            FeedbackResult result;
            if (type.equals(PNG)) {
                result = experiments.feedback(lease.model(), given(id), LabelMask.decode(body, limits));
            } else if (type.startsWith("image/") || type.equals(MediaType.MULTIPART_FORM_DATA)) {
                throw new NotSupportedException(
                        "Content-Type is '%s', expected application/json, application/x-ndjson or image/png"
                                .formatted(type));
            } else {
                refuseId(id);
                result = experiments.feedback(lease.model(), FeedbackLines.read(body));
            }
            return Response.accepted(result).build();
        }
    }

    private static String given(@Nullable String id) {
        return Optional.ofNullable(id)
                .orElseThrow(() -> new InvalidRequestException("a mask needs ?id= with the id of its answer"));
    }

    private static void refuseId(@Nullable String id) {
        if (id != null) {
            throw new InvalidRequestException("?id= goes with a mask as image/png; in JSON each object has its id");
        }
    }

    /** Where the variants disagree. */
    @GET
    @Path("disagreements")
    @Operation(summary = "Show recent pictures that the variants answered differently, and what they answered")
    public DisagreementReport disagreements(@PathParam("model") String model) {
        try (ModelLease lease = catalogue.lease(model)) {
            return experiments.disagreements(lease.model());
        }
    }
}
