package io.foldserve.protocol.rest;

import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.NamedModel;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.meter.RequestMeters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/models/{model}}, with and without version: what a model takes and gives, and how it does. */
@Path("/v2/models/{model}")
@Tag(name = "Open Inference Protocol v2")
@Produces(MediaType.APPLICATION_JSON)
public class ModelResource {
    private final Catalogue catalogue;
    private final RequestMeters meters;

    ModelResource(Catalogue catalogue, RequestMeters meters) {
        this.catalogue = catalogue;
        this.meters = meters;
    }

    /** The model's inputs and outputs. */
    @GET
    @Operation(summary = "A model's inputs and outputs")
    public ModelMetadata metadata(@PathParam("model") String model) {
        return metadataOfVersion(model, "");
    }

    /** The same, for clients that name the version. */
    @GET
    @Path("versions/{version}")
    @Operation(summary = "The same, of version 1")
    public ModelMetadata metadataOfVersion(@PathParam("model") String model, @PathParam("version") String version) {
        return ModelMetadata.of(named(model, version).description());
    }

    /** Whether the model is served; else 503 with the reason. */
    @GET
    @Path("ready")
    @Operation(summary = "Whether a model is served")
    @APIResponse(
            responseCode = "200",
            description = "It is",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/Readiness")))
    public Response ready(@PathParam("model") String model) {
        return readyOfVersion(model, "");
    }

    /** The same, for clients that name the version. */
    @GET
    @Path("versions/{version}/ready")
    @Operation(summary = "The same, of version 1")
    @APIResponse(
            responseCode = "200",
            description = "It is",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/Readiness")))
    public Response readyOfVersion(@PathParam("model") String model, @PathParam("version") String version) {
        NamedModel named = named(model, version);
        return named.isReady()
                ? Response.ok(Map.of("name", model, "ready", true)).build()
                : Response.status(Response.Status.SERVICE_UNAVAILABLE)
                        .entity(Map.of(
                                "name",
                                model,
                                "ready",
                                false,
                                "error",
                                named.entry().reason().orElse("")))
                        .build();
    }

    /** The model's configuration, for clients that size their requests by it. */
    @GET
    @Path("config")
    @Operation(summary = "A model's configuration")
    public ModelConfig config(@PathParam("model") String model) {
        return configOfVersion(model, "");
    }

    /** The same, for clients that name the version. */
    @GET
    @Path("versions/{version}/config")
    @Operation(summary = "The same, of version 1")
    public ModelConfig configOfVersion(@PathParam("model") String model, @PathParam("version") String version) {
        return ModelConfig.of(named(model, version).description());
    }

    /** How many requests the model answered, and how long they took. */
    @GET
    @Path("stats")
    @Operation(summary = "A model's statistics")
    public ModelStatistics stats(@PathParam("model") String model) {
        return statsOfVersion(model, "");
    }

    /** The same, for clients that name the version. */
    @GET
    @Path("versions/{version}/stats")
    @Operation(summary = "The same, of version 1")
    public ModelStatistics statsOfVersion(@PathParam("model") String model, @PathParam("version") String version) {
        return ModelStatistics.of(named(model, version), meters);
    }

    private NamedModel named(String model, String version) {
        NamedModel named = NamedModel.of(catalogue, model);
        if (!ModelDescription.isVersion(version)) {
            throw new NotFoundException(ModelDescription.noVersion(model, version));
        }
        return named;
    }
}
